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

  Status run(Phase phase, const Settle& settle) {
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
  FMF_TRY(push.run(Phase::stamp,
                   [&job, at](const LedgerRow& row, const Record& now, const CallContext& inner)
                       -> Status { return settle_open_stamp(job, row, now, inner, at); }));
  FMF_TRY(job.ledger.keep(Fact::push_time, ""));
  FMF_TRY(push.admit());
  return push.report();
}

Result<PushReport> push_marks(const Job& job, const CallContext& context) {
  FMF_TRY(require_writing(job));
  job.progress.phase("mark");
  Push push(job, context);
  FMF_TRY(
      push.run(Phase::mark,
               [&job](const LedgerRow& row, const Record& now, const CallContext& inner) -> Status {
                 return settle_open_mark(job, row, row.choice, now, inner);
               }));
  FMF_TRY(
      push.run(Phase::remark,
               [&job](const LedgerRow& row, const Record& now, const CallContext& inner) -> Status {
                 return settle_open_mark(job, row, rightful_mark(row), now, inner);
               }));
  FMF_TRY(push.admit());
  return push.report();
}

}  // namespace fmferry
