// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

namespace fmferry {

// What the delays of one kind of call say about a host's load: the time to the first byte of late,
// against the least of that average so far. After Netflix' Gradient2, with a base that creeps up by
// a thousandth a call instead of a long-term average, which would get used to the overload that it
// is to show. Not thread-safe.
class DelayTrack {
 public:
  void add(std::chrono::milliseconds first_byte) {
    const auto delay = static_cast<double>(first_byte.count());
    recent_ = calls_ == 0 ? delay : recent_ + k_weight * (delay - recent_);
    if (++calls_ < k_calls_to_know) return;
    base_ = calls_ == k_calls_to_know ? recent_ : std::min(base_ * k_creep, recent_);
  }

  // 1: no slower than usual; less, down to 0.5: how much of the width the host can bear.
  [[nodiscard]] double gradient() const {
    if (calls_ < k_calls_to_know || recent_ - base_ < k_noise) return 1;
    return std::clamp(k_tolerance * base_ / recent_, k_least, 1.0);
  }

 private:
  static constexpr double k_weight = 0.2;
  static constexpr int k_calls_to_know = 5;
  static constexpr double k_creep = 1.001;
  static constexpr double k_tolerance = 1.5;
  static constexpr double k_least = 0.5;
  static constexpr double k_noise = 50;  // milliseconds, whatever the ratio

  double recent_{0};
  double base_{0};
  int calls_{0};
};

}  // namespace fmferry
