// SPDX-License-Identifier: Apache-2.0
#include <fmsim/dates.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <vector>

namespace fmsim {
namespace {

std::string format(const char* pattern, int a, int b, int c) {
  std::array<char, 48> text{};
  // Every caller passes one of the literals below, all with three integers.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  const int length = std::snprintf(text.data(), text.size(), pattern, a, b, c);
#pragma GCC diagnostic pop
  return std::string(text.data(), static_cast<std::size_t>(length));
}

std::optional<int> number(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  for (;;) {
    const std::size_t at = text.find(separator, from);
    parts.push_back(text.substr(from, at - from));
    if (at == std::string_view::npos) return parts;
    from = at + 1;
  }
}

std::optional<std::string> checked_date(int year, int month, int day) {
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year},
                            std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 1 || year > 4000 || !date.ok()) return std::nullopt;
  return format("%04d-%02d-%02d", year, month, day);
}

std::optional<std::string> read_time(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  const auto hour = number(parts[0], 1, 2);
  const auto minute = number(parts[1], 2, 2);
  const auto second = parts.size() == 3 ? number(parts[2], 2, 2) : std::optional<int>{0};
  if (!hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  return format("%02d:%02d:%02d", *hour, *minute, *second);
}

}  // namespace

std::string date_of_days(std::int64_t days) {
  using namespace std::chrono;
  const year_month_day date{sys_days{std::chrono::days{days}}};
  return format("%04d-%02d-%02d",
                static_cast<int>(date.year()),
                static_cast<int>(static_cast<unsigned>(date.month())),
                static_cast<int>(static_cast<unsigned>(date.day())));
}

std::optional<std::string> read_date(std::string_view text, DateStyle style) {
  if (text.empty()) return std::string();
  const bool iso = style == DateStyle::iso;
  const std::vector<std::string_view> parts = split(text, iso ? '-' : '/');
  if (parts.size() != 3) return std::nullopt;
  const auto year = number(iso ? parts[0] : parts[2], 4, 4);
  const auto month = number(iso ? parts[1] : parts[0], 1, 2);
  const auto day = number(iso ? parts[2] : parts[1], 1, 2);
  if (!year || !month || !day) return std::nullopt;
  return checked_date(*year, *month, *day);
}

std::optional<std::string> read_timestamp(std::string_view text, DateStyle style) {
  if (text.empty()) return std::string();
  const std::size_t blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto date = read_date(text.substr(0, blank), style);
  const auto time = read_time(text.substr(blank + 1));
  if (!date || date->empty() || !time) return std::nullopt;
  return *date + " " + *time;
}

std::string show_date(std::string_view stored, DateStyle style) {
  if (stored.size() < 10 || style == DateStyle::iso) return std::string(stored);
  std::string text(stored.substr(5, 2));
  text += '/';
  text += stored.substr(8, 2);
  text += '/';
  text += stored.substr(0, 4);
  return text;
}

std::string show_timestamp(std::string_view stored, DateStyle style) {
  if (stored.size() < 19) return std::string(stored);
  const char between = style == DateStyle::iso ? 'T' : ' ';
  return show_date(stored.substr(0, 10), style) + between + std::string(stored.substr(11));
}

std::string timestamp_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  return format("%04d-%02d-%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday) +
         format(" %02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string date_today() {
  return timestamp_now().substr(0, 10);
}

}  // namespace fmsim
