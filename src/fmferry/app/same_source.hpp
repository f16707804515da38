// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

// For what only reads the ledger, and so can't bind it: rows of one table must not be compared with
// records of another. `invalid`, naming both.
Status check_same_source(const Job& job);

}  // namespace fmferry
