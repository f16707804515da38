// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

// Phase `mark`: writes each pending record's choice to the mark field, where it does not stand yet.
Status write_marks(const Job& job, const CallContext& context);

// Writes the stamp and, where it differs, the mark of one record whose object is proven and whose
// step `stored` is in the ledger. Nothing is written where both are turned off, or where the source
// takes nothing back: the ledger keeps what is to be written, for push.hpp. What the source
// refuses for this record (a lock, a field it may not change) is noted in the ledger and no error.
// A record that was edited since it was read goes back to pending, as its picture may be another;
// after max_tries it is quarantined.
enum class Stamping { settled, begun_anew };

Result<Stamping> stamp_record(const Job& job, const LedgerRow& row, const CallContext& context);

// Catches up on stamps and marks that an earlier run left open.
Status write_open_stamps(const Job& job, const CallContext& context);

}  // namespace fmferry
