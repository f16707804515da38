// SPDX-License-Identifier: Apache-2.0
//
// --write-test: the mark and the stamp of one record are written as they are.
#include <fmferry/app/doctor/examination.hpp>

#include <algorithm>

namespace fmferry::doctor {
namespace {

Result<FieldUpdates> as_they_are(Source& source,
                                 const JobSettings& job,
                                 RecordId record_id,
                                 std::int64_t& mod_id,
                                 const CallContext& context) {
  FMF_TRY_ASSIGN(const Record record, source.read(record_id, context));
  mod_id = record.mod_id;
  FieldUpdates updates;
  for (const auto& name : {job.mark_field, job.stamp_field}) {
    if (!name.empty()) updates[name] = record.field(name);
  }
  return updates;
}

Finding refused(const Error& error) {
  if (error.kind == ErrorKind::conflict) {
    return warns("somebody has the record open", "run this again");
  }
  return fails(error,
               "in the file, Manage > Security: let the account's privilege set edit these fields "
               "and records; and see the fields' validation and auto-enter options");
}

Finding write_back(Examination& examination, const CallContext& context) {
  const JobSettings& job = examination.config.job;
  if (job.mark_field.empty() && job.stamp_field.empty()) {
    return skipped("neither mark nor stamp is configured");
  }
  const RecordId record_id = examination.sample->record_id;
  if (record_id == 0) return skipped("the table has no record");
  Source& source =
      *std::ranges::find(examination.doors, examination.choice->write, &DoorCase::door)->source;
  std::int64_t mod_id = 0;
  const auto updates = as_they_are(source, job, record_id, mod_id, context);
  if (!updates) return refused(updates.error());
  const auto written = source.write(record_id, *updates, mod_id, context);
  if (!written) return refused(written.error());
  return works(
      "mark and stamp of one record were written as they were; its modification count went up");
}

}  // namespace

void add_write_test(Examination& examination, std::vector<Check>& checks) {
  checks.push_back({.name = "write test",
                    .needs = {"sample"},
                    .run = [&examination](const CallContext& context) {
                      return write_back(examination, context);
                    }});
}

}  // namespace fmferry::doctor
