// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/progress.hpp>

#include <unistd.h>

#include <iostream>

namespace fmsim::fmp12 {

Progress::Progress()
    : terminal_(::isatty(STDERR_FILENO) == 1), last_(std::chrono::steady_clock::now()) {}

void Progress::show(const Written& now) {
  constexpr std::chrono::milliseconds k_between{250};
  constexpr std::chrono::seconds k_first{1};
  if (!terminal_) return;
  const auto time = std::chrono::steady_clock::now();
  if (time - last_ < (shown_ ? std::chrono::milliseconds(k_between) : k_first)) return;
  last_ = time;
  shown_ = true;
  std::cerr << "\r" << now.bytes / 1'000'000 << " MB, " << now.records << " records, "
            << now.objects << " objects " << std::flush;
}

void Progress::end() {
  if (shown_) std::cerr << "\r\033[K" << std::flush;
}

}  // namespace fmsim::fmp12
