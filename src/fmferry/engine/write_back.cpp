// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/record_write.hpp>
#include <fmferry/engine/work.hpp>
#include <fmferry/engine/write_back.hpp>

namespace fmferry {

Status write_marks(const Job& job, const CallContext& context) {
  if (!writes_back(job) || job.settings.mark_field.empty()) return {};
  job.progress.phase("mark");
  return for_each_due(job,
                      Phase::mark,
                      job.settings.width,
                      job.settings.limit,
                      context,
                      [&job](const LedgerRow& row, const CallContext& inner) {
                        return write_mark(job, row, row.choice, inner);
                      });
}

Status write_open_stamps(const Job& job, const CallContext& context) {
  if (!writes_back(job)) return {};
  job.progress.phase("stamp");
  if (!job.settings.stamp_field.empty()) {
    FMF_TRY(for_each_due(job,
                         Phase::stamp,
                         job.settings.width,
                         0,
                         context,
                         [&job](const LedgerRow& row, const CallContext& inner) -> Status {
                           const RecordId id = row.seen.record_id;
                           const auto now = job.source.read(id, inner);
                           if (!now) return note_refusal(job, id, now.error());
                           return settle_open_stamp(job, row, *now, inner);
                         }));
  }
  if (job.settings.mark_field.empty()) return {};
  return for_each_due(job,
                      Phase::remark,
                      job.settings.width,
                      0,
                      context,
                      [&job](const LedgerRow& row, const CallContext& inner) {
                        return write_mark(job, row, rightful_mark(row), inner);
                      });
}

}  // namespace fmferry
