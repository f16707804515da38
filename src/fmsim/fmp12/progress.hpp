// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/database.hpp>

#include <chrono>

namespace fmsim::fmp12 {

// A line on the terminal, if stderr is one, from the second second on.
class Progress {
 public:
  Progress();

  void show(const Written& now);
  void end();

 private:
  bool terminal_;
  bool shown_{false};
  std::chrono::steady_clock::time_point last_;
};

}  // namespace fmsim::fmp12
