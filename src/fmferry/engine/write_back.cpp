// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/record_write.hpp>
#include <fmferry/engine/work.hpp>
#include <fmferry/engine/write_back.hpp>
#include <fmferry/foundation/log.hpp>

namespace fmferry {

namespace {

// Every due row of a phase, in batches where the source likes them, else one by one.
Status write_each(
    const Job& job,
    Phase phase,
    std::int64_t limit,
    const CallContext& context,
    const std::function<Status(const LedgerRow&, const CallContext&)>& one,
    const std::function<Status(std::span<const LedgerRow>, const CallContext&)>& many) {
  const int width = job.settings.width;
  if (writes_batches(job)) return for_each_due_batch(job, phase, width, limit, context, many);
  return for_each_due(job, phase, width, limit, context, one);
}

Status write_due_marks(const Job& job,
                       Phase phase,
                       std::int64_t limit,
                       const CallContext& context,
                       const std::function<std::string(const LedgerRow&)>& mark_for) {
  return write_each(
      job,
      phase,
      limit,
      context,
      [&](const LedgerRow& row, const CallContext& inner) {
        return write_mark(job, row, mark_for(row), inner);
      },
      [&](std::span<const LedgerRow> rows, const CallContext& inner) {
        return write_marks_of(job, rows, mark_for, inner);
      });
}

Status settle_one(const Job& job, const LedgerRow& row, const CallContext& context) {
  const RecordId id = row.seen.record_id;
  const auto now = job.source.read(id, context);
  if (!now) return note_refusal(job, id, now.error());
  FMF_TRY(settle_open_stamp(job, row, *now, context));
  return {};
}

}  // namespace

Status write_marks(const Job& job, const CallContext& context) {
  if (!writes_back(job) || job.settings.mark_field.empty()) return {};
  job.progress.phase("mark");
  if (!job.source.capabilities().tells_emptiness) {
    log(LogLevel::warning,
        "this way in does not tell which containers are filled: marks are written as records are "
        "moved");
  } else if (job.settings.choice != ChoiceRule::first) {
    log(LogLevel::warning,
        "by the rule \"" + std::string(name_of(job.settings.choice)) +
            "\" the best container shows when all are looked at: where a listing does not tell it, "
            "marks are written as records are moved");
  }
  return write_due_marks(job, Phase::mark, job.settings.limit, context, [](const LedgerRow& row) {
    return row.choice;
  });
}

Status write_open_stamps(const Job& job, const CallContext& context) {
  if (!writes_back(job)) return {};
  job.progress.phase("stamp");
  if (!job.settings.stamp_field.empty()) {
    FMF_TRY(write_each(
        job,
        Phase::stamp,
        0,
        context,
        [&job](const LedgerRow& row, const CallContext& inner) {
          return settle_one(job, row, inner);
        },
        [&job](std::span<const LedgerRow> rows, const CallContext& inner) -> Status {
          FMF_TRY(stamp_records(job, rows, inner));
          return {};
        }));
  }
  if (job.settings.mark_field.empty()) return {};
  return write_due_marks(job, Phase::remark, 0, context, rightful_mark);
}

}  // namespace fmferry
