// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/dates.hpp>
#include <fmferry/foundation/wall_time.hpp>

#include <time.h>

#include <array>
#include <charconv>
#include <cstdio>

namespace fmferry {
namespace {

std::optional<int> number(std::string_view text) {
  if (text.starts_with('-')) return std::nullopt;  // from_chars would take a sign
  int value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::string> checked_day(std::string_view year,
                                       std::string_view month,
                                       std::string_view day) {
  const auto y = number(year);
  const auto m = number(month);
  const auto d = number(day);
  if (!y || !m || !d || *m < 1 || *d < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*y},
                                         std::chrono::month{static_cast<unsigned>(*m)},
                                         std::chrono::day{static_cast<unsigned>(*d)}};
  if (!date.ok() || *y < 1) return std::nullopt;
  std::array<char, 48> out{};
  const int size = std::snprintf(out.data(), out.size(), "%04d-%02d-%02d", *y, *m, *d);
  return std::string(out.data(), static_cast<std::size_t>(size));
}

// The parts of a FileMaker timestamp on its wall clock; whether it is summer time there is open.
std::optional<struct tm> wall_parts(std::string_view text) {
  const auto day = iso_day(text);
  if (!day || text.size() != 19 || text[13] != ':' || text[16] != ':') return std::nullopt;
  const auto hours = number(text.substr(11, 2));
  const auto minutes = number(text.substr(14, 2));
  const auto seconds = number(text.substr(17));
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) {
    return std::nullopt;
  }

  struct tm parts {};

  parts.tm_year = *number(std::string_view(*day).substr(0, 4)) - 1900;
  parts.tm_mon = *number(std::string_view(*day).substr(5, 2)) - 1;
  parts.tm_mday = *number(std::string_view(*day).substr(8, 2));
  parts.tm_hour = *hours;
  parts.tm_min = *minutes;
  parts.tm_sec = *seconds;
  parts.tm_isdst = -1;
  return parts;
}

}  // namespace

std::optional<std::string> iso_day(std::string_view text) {
  const auto end = text.find_first_of(" T");
  const auto date = text.substr(0, end);
  if (date.size() == 10 && date[2] == '/' && date[5] == '/') {
    return checked_day(date.substr(6), date.substr(0, 2), date.substr(3, 2));
  }
  if (date.size() == 10 && date[4] == '-' && date[7] == '-') {
    return checked_day(date.substr(0, 4), date.substr(5, 2), date.substr(8));
  }
  return std::nullopt;
}

std::optional<WallZone> parse_zone(std::string_view text) {
  if (text == "local") return WallZone{};
  if (text == "utc" || text == "UTC") return WallZone{.local = false};
  if (text.size() == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':') {
    const auto hours = number(text.substr(1, 2));
    const auto minutes = number(text.substr(4));
    if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    const int offset = *hours * 60 + *minutes;
    return WallZone{.local = false,
                    .offset = std::chrono::minutes(text[0] == '-' ? -offset : offset)};
  }
  return std::nullopt;
}

std::optional<std::chrono::system_clock::time_point> moment_of(std::string_view text,
                                                               WallZone zone) {
  auto parts = wall_parts(text);
  if (!parts) return std::nullopt;
  const time_t at = zone.local ? mktime(&*parts) : timegm(&*parts);
  const auto moment = wall_time(at);
  return zone.local ? moment : moment - zone.offset;
}

bool comes_twice(std::string_view text, WallZone zone) {
  const auto parts = wall_parts(text);
  if (!parts || !zone.local) return false;
  const auto stays = [&parts](int summer) {
    struct tm tried = *parts;
    tried.tm_isdst = summer;
    return mktime(&tried) != -1 && tried.tm_isdst == summer && tried.tm_hour == parts->tm_hour;
  };
  return stays(0) && stays(1);
}

std::string filemaker_timestamp(std::chrono::system_clock::time_point time, WallZone zone) {
  struct tm parts {};

  if (zone.local) {
    const time_t seconds = std::chrono::system_clock::to_time_t(time);
    localtime_r(&seconds, &parts);
  } else {
    const time_t seconds = std::chrono::system_clock::to_time_t(time + zone.offset);
    gmtime_r(&seconds, &parts);
  }
  std::array<char, 32> out{};
  const auto size = strftime(out.data(), out.size(), "%m/%d/%Y %H:%M:%S", &parts);
  return {out.data(), size};
}

}  // namespace fmferry
