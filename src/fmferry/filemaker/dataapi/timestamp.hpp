// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace fmferry {

// "MM/DD/YYYY HH:MM:SS", the form that the Data API takes by default. FileMaker's timestamps carry
// no zone: `zone_offset` is that of the clock on the solution's wall (+10 h for Sydney in winter).
[[nodiscard]] std::string to_filemaker_timestamp(std::chrono::system_clock::time_point time,
                                                 std::chrono::minutes zone_offset);

}  // namespace fmferry
