// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace fmferry {

// What a run is doing, for whoever shows it. Thread-safe: the engine writes, printers read.
class Progress {
 public:
  std::atomic<std::int64_t> total{0};  // records of this phase; 0: not known yet
  std::atomic<std::int64_t> done{0};   // records of this phase that got their fate
  std::atomic<std::int64_t> bytes{0};  // read from the source
  std::atomic<std::int64_t> moved{0};
  std::atomic<std::int64_t> uploads{0};   // objects really sent to the store
  std::atomic<std::int64_t> troubled{0};  // fates that need somebody's eye

  void phase(std::string name);
  [[nodiscard]] std::string phase() const;

  // How a host is paced now, and why: "width 1 of 8: 502 at 14:03:11, resting 24 s".
  struct Pace {
    std::string text{};
    bool troubled{false};  // there is a why
  };

  void pace(const std::string& host, Pace pace);
  [[nodiscard]] std::map<std::string, Pace> paces() const;

 private:
  mutable std::mutex mutex_;
  std::string phase_;                  // guarded by mutex_
  std::map<std::string, Pace> paces_;  // guarded by mutex_; by host
};

}  // namespace fmferry
