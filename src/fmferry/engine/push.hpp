// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

// Writing to one source what the ledger learned from another that takes nothing back (a closed file
// and the server it is a copy of). Records are met by their recordId, and each write is bound to
// the modification id in the ledger: what was edited since is begun anew, for the next run to fetch
// from the server. No walk is taken. What was cut off is settled by reading, as in any run. A push
// that came to its end lets later runs take up the same ledger from this source.

struct PushReport {
  std::int64_t met{0};   // records whose own id is what the ledger says
  std::int64_t left{0};  // their own id was edited since: the next walk's affair
};

// Stamps (and marks) every moved record that has no stamp yet. `invalid` when a record has the
// ledger's modification id but another id of its own: that is another table.
Result<PushReport> push_stamps(const Job& job, const CallContext& context);

// Marks every record: moved ones with what was moved, pending ones with their choice; a mark on one
// that turned out to have no good container is cleared. Errors as above.
Result<PushReport> push_marks(const Job& job, const CallContext& context);

}  // namespace fmferry
