// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/record_write.hpp>

#include <array>

namespace fmferry {
namespace {

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

// The update of a write that was taken; an earlier refusal is forgotten.
StepUpdate written_step(const LedgerRow& row, Step step, std::int64_t mod_id) {
  StepUpdate update{.record_id = row.seen.record_id, .step = step, .mod_id = mod_id};
  if (!row.stamp_problem.empty()) update.stamp_problem = std::string();
  return update;
}

// After a crash between the source and the ledger the stamp may be there already.
bool stamped_by_us(const Job& job,
                   const Record& now,
                   const LedgerRow& row,
                   std::optional<Moment> at) {
  const std::string& stamp = now.field(job.settings.stamp_field);
  const bool our_time = at ? stamp == filemaker_timestamp(*at, job.settings.zone) : !stamp.empty();
  return now.mod_id == row.seen.mod_id + 1 && our_time &&
         (job.settings.mark_field.empty() ||
          now.field(job.settings.mark_field) == row.stored->field);
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

// Whom a batch was refused for: the record is read and `settle`d when it was edited, or may have
// been written by an earlier run, or is locked; any other refusal is noted.
Status for_the_refused(const Job& job,
                       std::span<const LedgerRow> rows,
                       const std::vector<Result<std::int64_t>>& written,
                       const CallContext& context,
                       const std::function<Status(const LedgerRow&, const Record& now)>& settle) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (written[i]) continue;
    const RecordId id = rows[i].seen.record_id;
    const Error& refusal = written[i].error();
    if (refusal.kind != ErrorKind::conflict) {
      FMF_TRY(note_refusal(job, id, refusal));
      continue;
    }
    const auto now = job.source.read(id, context);
    FMF_TRY(now ? settle(rows[i], *now) : note_refusal(job, id, now.error()));
  }
  return {};
}

}  // namespace

bool writes_back(const Job& job) {
  return job.source.capabilities().write_back;
}

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

namespace {

// What a stamp writes: itself, and the mark where it differs.
FieldUpdates stamp_updates(const Job& job, const LedgerRow& row, Moment at) {
  const JobSettings& settings = job.settings;
  FieldUpdates updates;
  if (!settings.stamp_field.empty()) {
    updates[settings.stamp_field] = filemaker_timestamp(at, settings.zone);
  }
  if (!settings.mark_field.empty() && row.mark != row.stored->field) {
    updates[settings.mark_field] = row.stored->field;
  }
  return updates;
}

StepUpdate stamped_step(const Job& job, const LedgerRow& row, Moment at, std::int64_t mod_id) {
  StepUpdate update = written_step(row, Step::stamped, mod_id);
  if (!job.settings.stamp_field.empty()) update.stamped_at = to_iso8601(at);
  if (!job.settings.mark_field.empty() && row.mark != row.stored->field) {
    update.mark = row.stored->field;
  }
  return update;
}

}  // namespace

Result<Stamping> stamp_record(const Job& job,
                              const LedgerRow& row,
                              const CallContext& context,
                              std::optional<Moment> at) {
  if (!writes_back(job)) return Stamping::settled;
  const JobSettings& settings = job.settings;
  const RecordId id = row.seen.record_id;
  const Moment now = at.value_or(job.clock.wall());
  const FieldUpdates updates = stamp_updates(job, row, now);
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
  FMF_TRY(record_step(job, stamped_step(job, row, now, *written)));
  return Stamping::settled;
}

Result<Stamping> settle_open_stamp(const Job& job,
                                   const LedgerRow& row,
                                   const Record& now,
                                   const CallContext& context,
                                   std::optional<Moment> at) {
  if (now.mod_id != row.seen.mod_id && stamped_by_us(job, now, row, at)) {
    StepUpdate update = written_step(row, Step::stamped, now.mod_id);
    // What it says there; this machine's clock may have been set since.
    const auto there = moment_of(now.field(job.settings.stamp_field), job.settings.zone);
    update.stamped_at = to_iso8601(at.value_or(there.value_or(job.clock.wall())));
    if (!job.settings.mark_field.empty()) update.mark = row.stored->field;
    FMF_TRY(record_step(job, update));
    return Stamping::settled;
  }
  return stamp_record(job, row, context, at);
}

std::string rightful_mark(const LedgerRow& row) {
  return row.fate == Fate::moved ? row.stored->field : std::string();
}

Status settle_open_mark(const Job& job,
                        const LedgerRow& row,
                        const std::string& mark,
                        const Record& now,
                        const CallContext& context) {
  const auto ours = now.mod_id - row.seen.mod_id;
  if ((ours == 0 || ours == 1) && now.field(job.settings.mark_field) == mark) {
    StepUpdate update = written_step(row, Step::marked, now.mod_id);
    update.mark = mark;
    return record_step(job, update);
  }
  // Its picture may be another. What was not moved yet is seen anew by the next walk.
  const bool vouched = row.fate == Fate::moved && row.stamped_at.empty();
  if (ours != 0) return vouched ? begin_anew(job, row) : Status();
  return write_mark(job, row, mark, context);
}

bool writes_batches(const Job& job) {
  return writes_back(job) && job.source.capabilities().write_batch > 1;
}

Status write_marks_of(const Job& job,
                      std::span<const LedgerRow> rows,
                      const std::function<std::string(const LedgerRow&)>& mark_for,
                      const CallContext& context) {
  std::vector<RecordWrite> writes;
  for (const auto& row : rows) {
    writes.push_back(
        {row.seen.record_id, {{job.settings.mark_field, mark_for(row)}}, row.seen.mod_id});
  }
  const auto written = job.source.write_many(writes, context);
  std::vector<StepUpdate> updates;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!written[i]) continue;
    updates.push_back(written_step(rows[i], Step::marked, *written[i]));
    updates.back().mark = mark_for(rows[i]);
  }
  FMF_TRY(job.ledger.record(updates));
  return for_the_refused(job, rows, written, context, [&](const LedgerRow& row, const Record& now) {
    return settle_open_mark(job, row, mark_for(row), now, context);
  });
}

Result<std::int64_t> stamp_records(const Job& job,
                                   std::span<const LedgerRow> all,
                                   const CallContext& context,
                                   std::optional<Moment> at) {
  const Moment now = at.value_or(job.clock.wall());
  std::vector<LedgerRow> rows;
  std::vector<RecordWrite> writes;
  for (const auto& row : all) {
    auto fields = stamp_updates(job, row, now);
    if (fields.empty()) continue;
    rows.push_back(row);
    writes.push_back({row.seen.record_id, std::move(fields), row.seen.mod_id});
  }
  if (rows.empty()) return 0;
  const auto written = job.source.write_many(writes, context);
  std::vector<StepUpdate> updates;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (written[i]) updates.push_back(stamped_step(job, rows[i], now, *written[i]));
  }
  FMF_TRY(job.ledger.record(updates));
  std::int64_t anew = 0;
  FMF_TRY(for_the_refused(
      job, rows, written, context, [&](const LedgerRow& row, const Record& record) -> Status {
        FMF_TRY_ASSIGN(const Stamping stamping, settle_open_stamp(job, row, record, context, at));
        anew += stamping == Stamping::begun_anew ? 1 : 0;
        return {};
      }));
  return anew;
}

}  // namespace fmferry
