// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <utility>

namespace fmferry {

// Bounds the bytes held in memory between the source and the store. Thread-safe.
class ByteBudget {
 public:
  explicit ByteBudget(std::int64_t bytes) : free_(bytes) {}

  // A part of the budget; given back when it is destroyed.
  class Share {
   public:
    Share() = default;

    Share(ByteBudget& budget, std::int64_t bytes) : budget_(&budget), bytes_(bytes) {}

    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }

    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    ~Share() { shrink_to(0); }

    void shrink_to(std::int64_t bytes) {
      if (budget_ == nullptr || bytes >= bytes_) return;
      budget_->give_back(bytes_ - bytes);
      bytes_ = bytes;
    }

   private:
    ByteBudget* budget_{nullptr};
    std::int64_t bytes_{0};
  };

  // Blocks until so much is free. Asking for more than the whole budget never returns but by stop.
  Result<Share> take(std::int64_t bytes, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const bool got = changed_.wait(lock, stop, [&] { return free_ >= bytes; });
    if (!got) return fail(ErrorKind::cancelled, "stopped");
    free_ -= bytes;
    return Share(*this, bytes);
  }

 private:
  void give_back(std::int64_t bytes) {
    {
      const std::scoped_lock lock(mutex_);
      free_ += bytes;
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::int64_t free_;
};

}  // namespace fmferry
