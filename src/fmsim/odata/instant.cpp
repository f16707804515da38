// SPDX-License-Identifier: Apache-2.0
#include <fmsim/dates.hpp>
#include <fmsim/odata/instant.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>

namespace fmsim::odata {
namespace {

constexpr std::size_t k_seconds = 19;  // YYYY-MM-DDTHH:MM:SS
constexpr std::int64_t k_day = 86'400;

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::optional<std::int64_t> minutes_of(std::string_view offset) {
  if (offset.empty() || offset == "Z") return 0;
  if (offset.size() != 6 || offset[3] != ':') return std::nullopt;
  const std::int64_t minutes = number(offset.substr(1, 2)) * 60 + number(offset.substr(4, 2));
  if (offset[0] == '+') return minutes;
  return offset[0] == '-' ? std::optional(-minutes) : std::nullopt;
}

std::string moved(std::string_view stored, std::int64_t minutes) {
  using namespace std::chrono;
  const sys_days date = year(static_cast<int>(number(stored.substr(0, 4)))) /
                        static_cast<int>(number(stored.substr(5, 2))) /
                        static_cast<int>(number(stored.substr(8, 2)));
  const std::int64_t seconds =
      date.time_since_epoch().count() * k_day + number(stored.substr(11, 2)) * 3600 +
      number(stored.substr(14, 2)) * 60 + number(stored.substr(17, 2)) + minutes * 60;
  std::int64_t days = seconds / k_day;
  if (seconds < days * k_day) --days;
  const std::int64_t rest = seconds - days * k_day;
  const auto two = [](std::int64_t value) {
    return std::string(value < 10 ? "0" : "") + std::to_string(value);
  };
  return date_of_days(days) + " " + two(rest / 3600) + ":" + two(rest / 60 % 60) + ":" +
         two(rest % 60);
}

}  // namespace

std::string show_instant(std::string_view stored, std::string_view offset) {
  std::string text(stored);
  if (text.size() < k_seconds) return text;
  text[10] = 'T';
  return text.append(offset);
}

std::optional<std::string> read_instant(std::string_view text, std::string_view offset) {
  if (text.size() < k_seconds || text[10] != 'T') return std::nullopt;
  std::string plain(text.substr(0, k_seconds));
  plain[10] = ' ';
  const auto stored = read_timestamp(plain, DateStyle::iso);
  if (!stored) return std::nullopt;
  std::string_view zone = text.substr(k_seconds);
  if (zone.starts_with('.')) {
    const std::size_t end = zone.find_first_not_of("0123456789", 1);
    zone = end == std::string_view::npos ? std::string_view() : zone.substr(end);
  }
  if (zone.empty()) return stored;
  const auto theirs = minutes_of(zone);
  const auto ours = minutes_of(offset);
  if (!theirs || !ours) return std::nullopt;
  return moved(*stored, *ours - *theirs);
}

}  // namespace fmsim::odata
