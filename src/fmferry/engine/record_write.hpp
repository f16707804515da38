// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

#include <functional>
#include <span>

namespace fmferry {

// The mark and the stamp of one record. What the source refuses for this record (a lock, a field it
// may not change) is noted in the ledger and no error.

// Whether the source takes anything back at all.
[[nodiscard]] bool writes_back(const Job& job);

// Writes the stamp and, where it differs, the mark of one record whose object is proven and whose
// step `stored` is in the ledger. Nothing is written where both are turned off, or where the source
// takes nothing back: the ledger keeps what is to be written, for push.hpp. A record that was
// edited since it was read goes back to pending, as its picture may be another; after max_tries it
// is quarantined.
enum class Stamping { settled, begun_anew };

using Moment = std::chrono::system_clock::time_point;

// at: what the stamp says; now, when it is not given.
Result<Stamping> stamp_record(const Job& job,
                              const LedgerRow& row,
                              const CallContext& context,
                              std::optional<Moment> at = {});

// The same, when an earlier run may have been cut off between the source and the ledger; `now` is
// the record as it was just read. A stamp that is ours is only written down. With `at` a stamp is
// ours only if it says that: long after the record was read, an edit may look like our stamp.
Result<Stamping> settle_open_stamp(const Job& job,
                                   const LedgerRow& row,
                                   const Record& now,
                                   const CallContext& context,
                                   std::optional<Moment> at = {});

// Writes the mark, unless the record was edited since it was read: then what is in it now is not
// known, and the next walk will see it.
Status write_mark(const Job& job,
                  const LedgerRow& row,
                  const std::string& mark,
                  const CallContext& context);

// The same, when an earlier run may have been cut off. The mark was another at the modification
// that the ledger knows, so one edit that made it this is ours. A moved record that was edited
// before it was stamped goes back to pending.
Status settle_open_mark(const Job& job,
                        const LedgerRow& row,
                        const std::string& mark,
                        const Record& now,
                        const CallContext& context);

// What the mark of a record that was tried must say: the container moved, or nothing.
[[nodiscard]] std::string rightful_mark(const LedgerRow& row);

// The same for many records in one call of the source, which then takes write batches well: guarded
// by the modification ids, so that nothing is read first. What the source refuses for a record is
// looked at on its own, as above.
[[nodiscard]] bool writes_batches(const Job& job);
Status write_marks_of(const Job& job,
                      std::span<const LedgerRow> rows,
                      const std::function<std::string(const LedgerRow&)>& mark_for,
                      const CallContext& context);
// Answers how many of the records begin anew.
Result<std::int64_t> stamp_records(const Job& job,
                                   std::span<const LedgerRow> rows,
                                   const CallContext& context,
                                   std::optional<Moment> at = {});

// An error that is this record's own becomes a note in the ledger; any other goes on.
Status note_refusal(const Job& job, RecordId record_id, const Error& error);

}  // namespace fmferry
