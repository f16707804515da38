// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace fmferry::testing_support {

// As long as this lives, whatever SQLite opens lies on a disk that takes so long to make a write
// durable. One at a time; open no database before it that is still used after it.
class SlowDisk {
 public:
  explicit SlowDisk(std::chrono::microseconds a_sync);
  ~SlowDisk();
  SlowDisk(const SlowDisk&) = delete;
  SlowDisk& operator=(const SlowDisk&) = delete;

  [[nodiscard]] static std::int64_t syncs();  // since it was made
};

}  // namespace fmferry::testing_support
