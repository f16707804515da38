// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
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
  std::atomic<int> width{0};              // parallel calls allowed to the source now

  void phase(std::string name);
  [[nodiscard]] std::string phase() const;
  // What everything is waiting for ("source answered 502, next try in 4 s"); empty: nothing.
  void waiting(std::string why);
  [[nodiscard]] std::string waiting() const;

 private:
  mutable std::mutex mutex_;
  std::string phase_;    // guarded by mutex_
  std::string waiting_;  // guarded by mutex_
};

}  // namespace fmferry
