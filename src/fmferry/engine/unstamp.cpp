// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/in_parallel.hpp>
#include <fmferry/engine/record_check.hpp>
#include <fmferry/engine/record_write.hpp>
#include <fmferry/engine/unstamp.hpp>

#include <atomic>

namespace fmferry {
namespace {

constexpr int k_rows_a_page = 500;

class Unstamp {
 public:
  explicit Unstamp(const Job& job) : job_(job) {}

  Status take_back(const UnstampTarget& target, const CallContext& context) {
    const RecordId id = target.record_id;
    FMF_TRY_ASSIGN(const auto row, row_of(job_.ledger, id));
    if (!row || row->fate != Fate::moved) return {};
    const auto now = job_.source.read(id, context);
    if (!now) return leave(now.error());
    StepUpdate update{.record_id = id,
                      .step = Step::unstamped,
                      .mod_id = now->mod_id,
                      .stamped_at = std::string()};
    const std::string& stamp_field = job_.settings.stamp_field;
    const bool stamped = !stamp_field.empty() && !now->field(stamp_field).empty();
    if (stamped) {
      const auto written = job_.source.write(id, {{stamp_field, ""}}, now->mod_id, context);
      if (!written) return leave(written.error());
      update.mod_id = *written;
      ++emptied_;
    }
    if (target.failure || now->mod_id != row->seen.mod_id) {
      update.fate = Fate::pending;
      update.reason = std::string();
      ++pending_;
    }
    ++job_.progress.done;
    return record_step(job_, update);
  }

  [[nodiscard]] UnstampReport report() const {
    return {.emptied = emptied_, .pending = pending_, .left = left_};
  }

 private:
  // An error of the record's own (it is locked, edited at this moment, gone) leaves it as it is.
  Status leave(const Error& error) {
    const Disposition what = disposition_of(error);
    if (what == Disposition::stop_run || what == Disposition::wait_and_retry) return fail(error);
    ++left_;
    ++job_.progress.done;
    return {};
  }

  const Job& job_;
  std::atomic<std::int64_t> emptied_{0};
  std::atomic<std::int64_t> pending_{0};
  std::atomic<std::int64_t> left_{0};
};

}  // namespace

Result<std::vector<UnstampTarget>> find_unstamp_targets(const Job& job,
                                                        bool all,
                                                        const CallContext& context) {
  job.progress.phase("verify objects");
  FMF_TRY_ASSIGN(const LedgerCounts counts, job.ledger.counts());
  job.progress.total = counts.fates.at(Fate::moved);
  const VerifyOptions options{.deep = true, .ask_source = false};
  std::vector<UnstampTarget> targets;
  for (RecordId after = 0;;) {
    FMF_TRY_ASSIGN(auto rows, job.ledger.rows(after, k_rows_a_page));
    if (rows.empty()) return targets;
    after = rows.back().seen.record_id;
    std::vector<Subject> subjects;
    for (auto& row : rows) {
      if (row.present && row.fate == Fate::moved) subjects.push_back({.row = std::move(row)});
    }
    FMF_TRY(in_parallel(subjects.size(),
                        job.settings.store_width,
                        context,
                        [&](std::size_t at, const CallContext& inner) {
                          ++job.progress.done;
                          return check_moved(job, options, subjects[at], inner);
                        }));
    for (const auto& subject : subjects) {
      UnstampTarget target{.record_id = subject.row.seen.record_id};
      if (!subject.found.empty()) target.failure = subject.found.front();
      if (target.failure || (all && !subject.row.stamped_at.empty())) targets.push_back(target);
    }
  }
}

Result<UnstampReport> unstamp(const Job& job,
                              const std::vector<UnstampTarget>& targets,
                              const CallContext& context) {
  if (!job.settings.stamp_field.empty() && !writes_back(job)) {
    return fail(ErrorKind::invalid, "this source takes nothing back: name the server");
  }
  job.progress.phase("unstamp");
  job.progress.done = 0;
  job.progress.total = static_cast<std::int64_t>(targets.size());
  Unstamp work(job);
  FMF_TRY(in_parallel(
      targets.size(), job.settings.width, context, [&](std::size_t at, const CallContext& inner) {
        return work.take_back(targets[at], inner);
      }));
  return work.report();
}

}  // namespace fmferry
