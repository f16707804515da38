// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

// Walks the whole source once and puts every record into the ledger.
//
// Pages are not a snapshot: a record deleted or added before the walk's position shifts the rest.
// So each page begins with the last record of the page before. When that is not what comes, or the
// listing shrinks, rows have moved, and the walk is begun anew. At the end the number of distinct
// records must be the source's own count; if not, the same. After five walks the listing is given
// up with an error: a part is never taken for the whole. Records added at the end meanwhile, where
// FileMaker adds them, disturb nothing.
//
// `conflict` when the source would not hold still; the errors of Source and Ledger otherwise.
Result<WalkResult> take_inventory(const Job& job, const CallContext& context);

}  // namespace fmferry
