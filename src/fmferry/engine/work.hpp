// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace fmferry {

// Hands out due rows, one a call, in the order of recordIds, reading the ledger a page at a time.
// Thread-safe.
class DueRows {
 public:
  DueRows(Ledger& ledger, Phase phase, std::int64_t limit);
  // At most so many; none: all were handed out, or `limit` was.
  Result<std::vector<LedgerRow>> next_some(std::size_t most);
  Result<std::optional<LedgerRow>> next();
  [[nodiscard]] std::int64_t handed_out() const;

 private:
  Ledger& ledger_;
  const Phase phase_;
  const std::int64_t limit_;  // 0: none
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::vector<LedgerRow> page_;
  std::size_t at_{0};
  RecordId after_{0};
  std::int64_t handed_out_{0};
};

// Stops a group of workers at the first error that concerns them all. Thread-safe.
class Group {
 public:
  explicit Group(std::stop_token outer);

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

  // True: go on with the next item. The first error is kept and stops the group.
  bool carry_on(const Status& status);
  // The first error; `cancelled` when it was stopped from outside.
  [[nodiscard]] Status result() const;

 private:
  std::stop_token outer_;
  std::stop_source stop_;
  std::stop_callback<std::function<void()>> chain_;
  mutable std::mutex mutex_;
  std::optional<Error> error_;  // guarded by mutex_
};

// Runs `work` on every due row with `width` threads, until all are done, the group stops, or an
// error that is not the row's own comes back.
Status for_each_due(const Job& job,
                    Phase phase,
                    int width,
                    std::int64_t limit,
                    const CallContext& context,
                    const std::function<Status(const LedgerRow&, const CallContext&)>& work);

// The same with as many rows at once as the source likes to write.
Status for_each_due_batch(
    const Job& job,
    Phase phase,
    int width,
    std::int64_t limit,
    const CallContext& context,
    const std::function<Status(std::span<const LedgerRow>, const CallContext&)>& work);

}  // namespace fmferry
