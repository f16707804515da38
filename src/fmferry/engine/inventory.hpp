// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

// Walks the whole source once and puts every record into the ledger.
//
// Pages are not a snapshot: a record deleted or added before the walk's position shifts the rest.
// So each page begins with the last record of the page before. When that is not what comes, rows
// have moved, and the walk steps back until it stands on a record it has seen. At the end the
// number of distinct records must be the source's own count; if not, the walk is done anew, three
// times at most. Then the listing is given up with an error: a part is never taken for the whole.
//
// `conflict` when the source would not hold still; the errors of Source and Ledger otherwise.
Result<WalkResult> take_inventory(const Job& job, const CallContext& context);

}  // namespace fmferry
