// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace fmferry {
namespace {

// As a duration in milliseconds nearly 300 years, as a size 8 EiB: what is more was not meant so,
// and would not fit where it is added to a time.
constexpr double k_most_milliseconds = 9e12;
constexpr double k_most_bytes = 9.2e18;

struct Quantity {
  double number;
  std::string unit;
};

std::optional<Quantity> split(std::string_view text) {
  const auto end = text.find_first_not_of("0123456789.");
  const auto digits = text.substr(0, end);
  double number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  const auto unit = end == std::string_view::npos ? "" : trim(text.substr(end));
  return Quantity{number, to_lower(unit)};
}

// "08:00" -> 480.
std::optional<int> minute_of_day(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.size() != colon + 3) return std::nullopt;
  int hour = 0;
  int minute = 0;
  const auto* hour_end = text.data() + colon;
  const auto* end = text.data() + text.size();
  if (std::from_chars(text.data(), hour_end, hour).ptr != hour_end) return std::nullopt;
  if (std::from_chars(hour_end + 1, end, minute).ptr != end) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  return hour * 60 + minute;
}

std::optional<std::int64_t> parse_limit(std::string_view text) {
  if (text == "off") return Timetable::k_no_limit;
  if (text == "pause") return Timetable::k_pause;
  const auto bytes = parse_size(text);
  return bytes && *bytes > 0 ? bytes : std::nullopt;
}

// "08:00,500KB" or "Sat-00:00,off".
bool read_entry(std::string_view entry, Timetable& timetable) {
  static const std::array<std::string_view, 7> k_days{
      "sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  const auto comma = entry.find(',');
  if (comma == std::string_view::npos) return false;
  const auto limit = parse_limit(entry.substr(comma + 1));
  std::string_view time = entry.substr(0, comma);
  const auto dash = time.find('-');
  const auto minute = minute_of_day(dash == std::string_view::npos ? time : time.substr(dash + 1));
  if (!limit || !minute) return false;
  if (dash == std::string_view::npos) {
    timetable.set_daily(*minute, *limit);
    return true;
  }
  const auto day = std::ranges::find(k_days, to_lower(time.substr(0, dash)));
  if (day == k_days.end()) return false;
  timetable.set(static_cast<int>(day - k_days.begin()) * Timetable::k_minutes_a_day + *minute,
                *limit);
  return true;
}

}  // namespace

std::optional<double> parse_rate(std::string_view text) {
  const auto quantity = split(text);
  if (!quantity || !quantity->unit.empty() || quantity->number <= 0) return std::nullopt;
  return quantity->number;
}

std::optional<Timetable> parse_timetable(std::string_view text) {
  Timetable timetable;
  if (const auto limit = parse_limit(text); limit) {
    timetable.set(0, *limit);
    return timetable;
  }
  bool any = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', at), text.size());
    if (end > at) {
      if (!read_entry(text.substr(at, end - at), timetable)) return std::nullopt;
      any = true;
    }
    at = end + 1;
  }
  if (!any) return std::nullopt;
  return timetable;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  static const std::map<std::string, double> k_units{
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  const auto quantity = split(text);
  if (!quantity) return std::nullopt;
  const auto unit = k_units.find(quantity->unit);
  if (unit == k_units.end()) return std::nullopt;
  const double milliseconds = quantity->number * unit->second;
  if (milliseconds > k_most_milliseconds) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  static const std::map<std::string, double> k_units{{"", 1},
                                                     {"b", 1},
                                                     {"kb", 1e3},
                                                     {"mb", 1e6},
                                                     {"gb", 1e9},
                                                     {"tb", 1e12},
                                                     {"kib", 1024.},
                                                     {"mib", 1048576.},
                                                     {"gib", 1073741824.}};
  const auto quantity = split(text);
  if (!quantity) return std::nullopt;
  const auto unit = k_units.find(quantity->unit);
  if (unit == k_units.end()) return std::nullopt;
  const double bytes = quantity->number * unit->second;
  if (bytes > k_most_bytes) return std::nullopt;
  return static_cast<std::int64_t>(bytes);
}

}  // namespace fmferry
