// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

namespace fmferry {

struct RebuildReport {
  std::int64_t records{0};    // that the source lists
  std::int64_t moved{0};      // stamped, and their object is there
  std::int64_t linked{0};     // of these, with their row in the catalogue
  std::int64_t open{0};       // not stamped, so left to the next run, which compares the bytes
  std::int64_t lost{0};       // stamped, but their object is not there: the same
  std::int64_t ambiguous{0};  // stamped, but which object is theirs can't be told: the same
};

// Fills a new ledger from what is left of a job when its ledger was lost: the source's marks and
// stamps, the store's objects (each is read and hashed), the catalogue's rows. A stamp is the
// evidence that an object was proven; without one the record stays pending, and the next run finds
// its object by comparing bytes. The names of all objects are kept in memory.
Result<RebuildReport> rebuild_ledger(const Job& job, const CallContext& context);

}  // namespace fmferry
