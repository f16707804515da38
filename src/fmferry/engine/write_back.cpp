// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/work.hpp>
#include <fmferry/engine/write_back.hpp>

#include <array>

namespace fmferry {
namespace {

bool writes_back(const Job& job) {
  return job.source.capabilities().write_back;
}

constexpr int k_record_locked = 301;  // FileMaker: somebody is editing it
constexpr int k_changed_since = 306;  // FileMaker: the mod_id is another
// A lock lasts as long as somebody types; after these waits the record is left for the next run.
constexpr std::array k_lock_waits{std::chrono::milliseconds(500),
                                  std::chrono::milliseconds(2000),
                                  std::chrono::milliseconds(5000)};

Result<std::int64_t> write_past_locks(const Job& job,
                                      RecordId record_id,
                                      const FieldUpdates& updates,
                                      std::optional<std::int64_t> expected_mod_id,
                                      const CallContext& context) {
  for (std::size_t attempt = 0;; ++attempt) {
    auto written = job.source.write(record_id, updates, expected_mod_id, context);
    const bool locked = !written && written.error().kind == ErrorKind::conflict &&
                        written.error().origin_code == k_record_locked;
    if (!locked || attempt == k_lock_waits.size()) return written;
    if (!job.clock.sleep_for(k_lock_waits.at(attempt), context.stop)) {
      return fail(ErrorKind::cancelled, "interrupted");
    }
  }
}

// An error that is this record's own becomes a note in the ledger; any other goes on.
Status note_refusal(const Job& job, RecordId record_id, const Error& error) {
  const Disposition what = disposition_of(error);
  if (what == Disposition::stop_run || what == Disposition::wait_and_retry) return fail(error);
  ++job.progress.troubled;
  return record_step(
      job,
      {.record_id = record_id,
       .step = Step::tried,
       .stamp_problem = std::string(error.kind == ErrorKind::not_found ? reason::k_vanished
                                                                       : reason::k_write_refused)});
}

// The update of a write that was taken; an earlier refusal is forgotten.
StepUpdate written_step(const LedgerRow& row, Step step, std::int64_t mod_id) {
  StepUpdate update{.record_id = row.seen.record_id, .step = step, .mod_id = mod_id};
  if (!row.stamp_problem.empty()) update.stamp_problem = std::string();
  return update;
}

// Writes the mark, unless the record was edited since it was read: then what is in it now is not
// known, and the next walk will see it.
Status write_mark(const Job& job,
                  const LedgerRow& row,
                  const std::string& mark,
                  const CallContext& context) {
  const auto written = write_past_locks(
      job, row.seen.record_id, {{job.settings.mark_field, mark}}, row.seen.mod_id, context);
  if (!written && written.error().origin_code == k_changed_since) return {};
  if (!written) return note_refusal(job, row.seen.record_id, written.error());
  StepUpdate update = written_step(row, Step::marked, *written);
  update.mark = mark;
  return record_step(job, update);
}

// After a crash between the source and the ledger the stamp may be there already.
bool stamped_by_us(const Job& job, const Record& now, const LedgerRow& row) {
  return now.mod_id == row.seen.mod_id + 1 && !now.field(job.settings.stamp_field).empty() &&
         (job.settings.mark_field.empty() ||
          now.field(job.settings.mark_field) == row.stored->field);
}

Status settle_open_stamp(const Job& job, const LedgerRow& row, const CallContext& context) {
  const auto now = job.source.read(row.seen.record_id, context);
  if (!now) return note_refusal(job, row.seen.record_id, now.error());
  if (now->mod_id != row.seen.mod_id && stamped_by_us(job, *now, row)) {
    StepUpdate update = written_step(row, Step::stamped, now->mod_id);
    update.stamped_at = to_iso8601(job.clock.wall());
    if (!job.settings.mark_field.empty()) update.mark = row.stored->field;
    return record_step(job, update);
  }
  const auto stamping = stamp_record(job, row, context);
  if (!stamping) return fail(stamping.error());
  return {};
}

// The edited record of a crowd of editors is moved only so often.
Status begin_anew(const Job& job, const LedgerRow& row) {
  StepUpdate update{.record_id = row.seen.record_id,
                    .step = Step::fate,
                    .fate = Fate::pending,
                    .reason = std::string(),
                    .count_try = true};
  if (row.tries + 1 >= job.settings.max_tries) {
    update.fate = Fate::quarantined;
    update.reason = reason::k_write_refused;
    ++job.progress.troubled;
  }
  return record_step(job, update);
}

}  // namespace

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

Result<Stamping> stamp_record(const Job& job, const LedgerRow& row, const CallContext& context) {
  if (!writes_back(job)) return Stamping::settled;
  const JobSettings& settings = job.settings;
  const RecordId id = row.seen.record_id;
  const auto now = job.clock.wall();
  FieldUpdates updates;
  if (!settings.stamp_field.empty()) {
    updates[settings.stamp_field] = filemaker_timestamp(now, settings.zone);
  }
  const bool remark = !settings.mark_field.empty() && row.mark != row.stored->field;
  if (remark) updates[settings.mark_field] = row.stored->field;
  if (updates.empty()) return Stamping::settled;

  const auto written = write_past_locks(job, id, updates, row.seen.mod_id, context);
  if (!written && written.error().origin_code == k_changed_since) {
    FMF_TRY(begin_anew(job, row));
    return row.tries + 1 >= settings.max_tries ? Stamping::settled : Stamping::begun_anew;
  }
  if (!written) {
    FMF_TRY(note_refusal(job, id, written.error()));
    return Stamping::settled;
  }
  StepUpdate update = written_step(row, Step::stamped, *written);
  if (!settings.stamp_field.empty()) update.stamped_at = to_iso8601(now);
  if (remark) update.mark = row.stored->field;
  FMF_TRY(record_step(job, update));
  return Stamping::settled;
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
                         [&job](const LedgerRow& row, const CallContext& inner) {
                           return settle_open_stamp(job, row, inner);
                         }));
  }
  if (job.settings.mark_field.empty()) return {};
  return for_each_due(job,
                      Phase::remark,
                      job.settings.width,
                      0,
                      context,
                      [&job](const LedgerRow& row, const CallContext& inner) {
                        const bool moved = row.fate == Fate::moved;
                        return write_mark(
                            job, row, moved ? row.stored->field : std::string(), inner);
                      });
}

}  // namespace fmferry
