// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>

namespace fmsim {

// The engine that falls over: after so many downloads or bytes it is gone for a while, and what it
// had in memory with it. Thread-safe.
class Outage {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limits {
    std::uint64_t downloads{0};  // 0: never
    std::uint64_t bytes{0};
    std::chrono::seconds down{120};
    std::chrono::seconds recovers_after{
        0};  // left alone so long, the counters start anew; 0: never
  };

  // `on_crash` runs once a crash, on the thread that caused it, without a lock held.
  Outage(Limits limits, std::function<void()> on_crash);

  [[nodiscard]] bool is_down(Time now);

  // A container is asked for.
  void note_request(Time now);

  // Goes down now; the counters start anew.
  void crash(std::chrono::seconds down, Time now);

  // A container is about to be delivered in full / so many of its bytes went out.
  void count_download(Time now);
  void count_bytes(std::uint64_t bytes, Time now);

  // Changes with every crash: a download that sees another number than at its start is cut.
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }

 private:
  const Limits limits_;
  const std::function<void()> on_crash_;
  std::mutex mutex_;
  Time up_again_{};
  Time last_request_{};  // guarded by mutex_
  std::atomic<bool> down_{false};
  std::atomic<std::uint64_t> downloads_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> epoch_{0};
};

}  // namespace fmsim
