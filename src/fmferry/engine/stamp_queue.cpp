// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/record_write.hpp>
#include <fmferry/engine/stamp_queue.hpp>

#include <utility>

namespace fmferry {

Result<std::int64_t> StampQueue::add(LedgerRow row, const CallContext& context) {
  if (!writes_batches(job_)) {
    FMF_TRY_ASSIGN(const Stamping stamping, stamp_record(job_, row, context));
    return stamping == Stamping::begun_anew ? 1 : 0;
  }
  std::vector<LedgerRow> batch;
  {
    const std::scoped_lock lock(mutex_);
    waiting_.push_back(std::move(row));
    const auto enough = static_cast<std::size_t>(job_.source.capabilities().write_batch);
    if (waiting_.size() < enough) return 0;
    batch = std::exchange(waiting_, {});
  }
  return stamp_records(job_, batch, context);
}

Result<std::int64_t> StampQueue::flush(const CallContext& context) {
  std::vector<LedgerRow> batch;
  {
    const std::scoped_lock lock(mutex_);
    batch = std::exchange(waiting_, {});
  }
  return stamp_records(job_, batch, context);
}

}  // namespace fmferry
