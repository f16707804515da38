// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <thread>

namespace fmferry::doctor {

// Says on stderr what is being checked, but only when it takes longer than a second.
class SlowNote {
 public:
  explicit SlowNote(std::string what);
  SlowNote(const SlowNote&) = delete;
  SlowNote& operator=(const SlowNote&) = delete;

 private:
  std::jthread timer_;
};

}  // namespace fmferry::doctor
