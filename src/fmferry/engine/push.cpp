// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/push.hpp>
#include <fmferry/engine/record_write.hpp>
#include <fmferry/engine/work.hpp>

#include <atomic>
#include <charconv>

namespace fmferry {
namespace {

class Push {
 public:
  Push(const Job& job, const CallContext& context) : job_(job), context_(context) {}

  using Settle = std::function<Status(const LedgerRow&, const Record& now, const CallContext&)>;

  // How a phase writes to many records that are as the ledger knows them, and which those are.
  struct Together {
    std::function<bool(const LedgerRow&, const Record& now)> is_due{};
    std::function<Status(std::span<const LedgerRow>, const CallContext&)> write{};
  };

  Status run(Phase phase, const Settle& settle, const Together& together) {
    if (writes_batches(job_)) return run_batches(phase, settle, together);
    return for_each_due(job_,
                        phase,
                        job_.settings.width,
                        job_.settings.limit,
                        context_,
                        [&](const LedgerRow& row, const CallContext& inner) -> Status {
                          return meet(row, settle, inner);
                        });
  }

  // To the end, and no record spoke against it: this is the same table.
  Status admit() {
    if (met_ == 0) return {};
    return job_.ledger.keep(Fact::pushed_to, job_.source.identity());
  }

  [[nodiscard]] PushReport report() const { return {.met = met_, .left = left_}; }

 private:
  Status run_batches(Phase phase, const Settle& settle, const Together& together) {
    return for_each_due_batch(
        job_,
        phase,
        job_.settings.width,
        job_.settings.limit,
        context_,
        [&](std::span<const LedgerRow> rows, const CallContext& inner) -> Status {
          std::vector<LedgerRow> due;
          const Settle sort = [&](const LedgerRow& row, const Record& now, const CallContext& c) {
            if (now.mod_id != row.seen.mod_id || !together.is_due(row, now)) {
              return settle(row, now, c);
            }
            due.push_back(row);
            return Status();
          };
          for (const auto& row : rows) FMF_TRY(meet(row, sort, inner));
          return due.empty() ? Status() : together.write(due, inner);
        });
  }

  Status meet(const LedgerRow& row, const Settle& settle, const CallContext& context) {
    const RecordId id = row.seen.record_id;
    const auto now = job_.source.read(id, context);
    if (!now) return note_refusal(job_, id, now.error());
    // A source that can't evaluate the id's field left it empty.
    if (row.seen.id.empty()) return settle(row, *now, context);
    if (now->field(job_.settings.id_field) == row.seen.id) {
      ++met_;
      return settle(row, *now, context);
    }
    if (now->mod_id == row.seen.mod_id) {
      return fail(ErrorKind::invalid,
                  "record " + std::to_string(id) +
                      " has another id here than in the ledger, and was not edited since: this is "
                      "not the table that was moved");
    }
    ++left_;
    return {};
  }

  const Job& job_;
  const CallContext& context_;
  std::atomic<std::int64_t> met_{0};
  std::atomic<std::int64_t> left_{0};
};

Status push_marks_of(Push& push,
                     const Job& job,
                     Phase phase,
                     const std::function<std::string(const LedgerRow&)>& mark_for) {
  return push.run(phase,
                  [&](const LedgerRow& row, const Record& now, const CallContext& inner) {
                    return settle_open_mark(job, row, mark_for(row), now, inner);
                  },
                  {.is_due =
                       [&](const LedgerRow& row, const Record& now) {
                         return now.field(job.settings.mark_field) != mark_for(row);
                       },
                   .write =
                       [&](std::span<const LedgerRow> rows, const CallContext& inner) {
                         return write_marks_of(job, rows, mark_for, inner);
                       }});
}

Status require_writing(const Job& job) {
  if (writes_back(job)) return {};
  return fail(ErrorKind::invalid, "this source takes nothing back: name the server");
}

// One time for all stamps of a push, also when it was cut off and goes on: so a stamp tells whether
// it is ours.
Result<Moment> push_time(const Job& job) {
  FMF_TRY_ASSIGN(const std::string kept, job.ledger.kept(Fact::push_time));
  std::int64_t seconds = 0;
  const auto parsed = std::from_chars(kept.data(), kept.data() + kept.size(), seconds);
  if (!kept.empty() && parsed.ec == std::errc()) return Moment(std::chrono::seconds(seconds));
  const auto now = std::chrono::floor<std::chrono::seconds>(job.clock.wall());
  FMF_TRY(job.ledger.keep(Fact::push_time, std::to_string(now.time_since_epoch().count())));
  return now;
}

}  // namespace

Result<PushReport> push_stamps(const Job& job, const CallContext& context) {
  FMF_TRY(require_writing(job));
  job.progress.phase("stamp");
  FMF_TRY_ASSIGN(const Moment at, push_time(job));
  Push push(job, context);
  FMF_TRY(push.run(
      Phase::stamp,
      [&job, at](const LedgerRow& row, const Record& now, const CallContext& inner) -> Status {
        FMF_TRY(settle_open_stamp(job, row, now, inner, at));
        return {};
      },
      {.is_due = [](const LedgerRow&, const Record&) { return true; },
       .write = [&job, at](std::span<const LedgerRow> rows, const CallContext& inner) -> Status {
         FMF_TRY(stamp_records(job, rows, inner, at));
         return {};
       }}));
  FMF_TRY(job.ledger.keep(Fact::push_time, ""));
  FMF_TRY(push.admit());
  return push.report();
}

Result<PushReport> push_marks(const Job& job, const CallContext& context) {
  FMF_TRY(require_writing(job));
  job.progress.phase("mark");
  Push push(job, context);
  FMF_TRY(push_marks_of(push, job, Phase::mark, [](const LedgerRow& row) { return row.choice; }));
  FMF_TRY(push_marks_of(push, job, Phase::remark, rightful_mark));
  FMF_TRY(push.admit());
  return push.report();
}

}  // namespace fmferry
