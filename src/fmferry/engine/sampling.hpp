// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

#include <chrono>
#include <span>

namespace fmferry {

// What it took to fetch one record as a run does, and how much came.
struct Measured {
  std::int64_t bytes{0};  // of its container; 0: it turned out to be empty
  std::chrono::duration<double> reading{0};
  std::chrono::duration<double> fetching{0};
};

struct Sample {
  std::vector<std::optional<Measured>> records{};  // in the order of the rows; none: it failed
  std::chrono::duration<double> elapsed{0};
};

// Fetches the chosen container of each row, or the one that a run would try first and that holds a
// file where none is chosen yet, with the job's width through the source's own pace, and keeps
// nothing of it. A record that is gone or does not come whole in three tries is left out. Other
// errors end it: those of Source.
Result<Sample> measure(const Job& job, std::span<const LedgerRow> rows, const CallContext& context);

}  // namespace fmferry
