// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/doctor/check.hpp>

#include <chrono>
#include <string_view>

namespace fmferry::doctor {

// A server's Date header beside our own clock. Its seconds are whole, and some pass on the way.
[[nodiscard]] Finding compare_clocks(std::string_view date,
                                     std::chrono::system_clock::time_point ours);

}  // namespace fmferry::doctor
