// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>

#include <atomic>

namespace fmferry::test {

// Time passes only by sleeping, and sleeping takes no time. Thread-safe.
class VirtualClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override {
    return std::chrono::steady_clock::time_point(elapsed());
  }

  std::chrono::system_clock::time_point wall() override {
    return std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} + elapsed() +
           std::chrono::seconds(set_by_);
  }

  // Somebody sets the wall clock; no time passes.
  void set_by(std::chrono::seconds span) { set_by_ += span.count(); }

  bool sleep_for(std::chrono::milliseconds span, const std::stop_token& stop) override {
    milliseconds_ += span.count();
    ++sleeps_;
    return !stop.stop_requested();
  }

  [[nodiscard]] std::chrono::milliseconds elapsed() const {
    return std::chrono::milliseconds(milliseconds_);
  }

  [[nodiscard]] int sleeps() const { return sleeps_; }

 private:
  std::atomic<std::int64_t> milliseconds_{0};
  std::atomic<int> sleeps_{0};
  std::atomic<std::int64_t> set_by_{0};
};

}  // namespace fmferry::test
