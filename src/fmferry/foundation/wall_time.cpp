// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/wall_time.hpp>

#include <algorithm>

namespace fmferry {

std::chrono::system_clock::time_point wall_time(std::int64_t seconds) {
  constexpr std::int64_t k_furthest = 9'200'000'000;
  return std::chrono::system_clock::time_point(
      std::chrono::seconds(std::clamp(seconds, -k_furthest, k_furthest)));
}

}  // namespace fmferry
