// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/dataapi/timestamp.hpp>

#include <array>
#include <cstdio>

namespace fmferry {

std::string to_filemaker_timestamp(std::chrono::system_clock::time_point time,
                                   std::chrono::minutes zone_offset) {
  const auto local = std::chrono::floor<std::chrono::seconds>(time + zone_offset);
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(local - day);
  std::array<char, 40> text{};
  std::snprintf(text.data(),
                text.size(),
                "%02u/%02u/%04d %02d:%02d:%02d",
                static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()),
                static_cast<int>(date.year()),
                static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data();
}

}  // namespace fmferry
