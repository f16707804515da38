// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace fmferry {

// How many bytes a second may be moved, by the time of the week on this machine's wall clock. An
// empty one sets no limit at any time.
class Timetable {
 public:
  static constexpr std::int64_t k_no_limit = -1;
  static constexpr std::int64_t k_pause = 0;  // nothing may begin

  static constexpr int k_minutes_a_day = 24 * 60;
  static constexpr int k_minutes_a_week = 7 * k_minutes_a_day;

  // From that minute of the week (0: Sunday, midnight) on.
  void set(int minute_of_week, std::int64_t bytes_a_second);
  // From that minute of each day on.
  void set_daily(int minute_of_day, std::int64_t bytes_a_second);

  [[nodiscard]] bool empty() const { return from_.empty(); }

  // In force at that time; an entry counts until the next one, also across the end of the week.
  [[nodiscard]] std::int64_t rate_at(std::chrono::system_clock::time_point time) const;

 private:
  std::map<int, std::int64_t> from_{};
};

// "14:03:11", on this machine's wall clock: for people.
[[nodiscard]] std::string wall_time_of_day(std::chrono::system_clock::time_point time);

}  // namespace fmferry
