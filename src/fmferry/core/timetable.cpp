// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/timetable.hpp>

#include <array>
#include <ctime>
#include <iterator>

namespace fmferry {
namespace {

std::tm local_time(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

void Timetable::set(int minute_of_week, std::int64_t bytes_a_second) {
  from_[minute_of_week] = bytes_a_second;
}

void Timetable::set_daily(int minute_of_day, std::int64_t bytes_a_second) {
  for (int day = 0; day < 7; ++day) set(day * k_minutes_a_day + minute_of_day, bytes_a_second);
}

std::int64_t Timetable::rate_at(std::chrono::system_clock::time_point time) const {
  if (from_.empty()) return k_no_limit;
  const std::tm parts = local_time(time);
  const int minute = parts.tm_wday * k_minutes_a_day + parts.tm_hour * 60 + parts.tm_min;
  const auto after = from_.upper_bound(minute);
  return after == from_.begin() ? from_.rbegin()->second : std::prev(after)->second;
}

std::string wall_time_of_day(std::chrono::system_clock::time_point time) {
  const std::tm parts = local_time(time);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &parts);
  return text.data();
}

}  // namespace fmferry
