// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

#include <mutex>
#include <vector>

namespace fmferry {

// Stamps records whose step `stored` is in the ledger: at once, or with others where the source
// likes batches. A run that is cut off finds in the ledger what was still waiting. Thread-safe.
class StampQueue {
 public:
  explicit StampQueue(const Job& job) : job_(job) {}

  // Both answer how many of the records that were written now begin anew.
  Result<std::int64_t> add(LedgerRow row, const CallContext& context);
  Result<std::int64_t> flush(const CallContext& context);

 private:
  const Job& job_;
  std::mutex mutex_;
  std::vector<LedgerRow> waiting_;  // guarded by mutex_
};

}  // namespace fmferry
