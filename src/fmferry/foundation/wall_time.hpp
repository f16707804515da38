// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace fmferry {

// The moment so many seconds after 1970 began. What the clock's nanoseconds can't hold, before 1678
// and after 2261, becomes the first or last moment that they can.
[[nodiscard]] std::chrono::system_clock::time_point wall_time(std::int64_t seconds);

}  // namespace fmferry
