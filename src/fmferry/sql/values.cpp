// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/sql/values.hpp>

#include <time.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace fmferry::sql {
namespace {

constexpr std::array<std::size_t, 4> k_dashes{8, 13, 18, 23};

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

UuidForm uuid_form_of(std::string_view declared_type) {
  return limit_of(declared_type) == 32U ? UuidForm::hex : UuidForm::dashed;
}

std::optional<std::size_t> limit_of(std::string_view declared_type) {
  const std::size_t open = declared_type.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  std::size_t limit = 0;
  const char* const end = declared_type.data() + declared_type.size();
  const auto parsed = std::from_chars(declared_type.data() + open + 1, end, limit);
  if (parsed.ec != std::errc{}) return std::nullopt;
  return limit;
}

std::optional<std::string> to_uuid_form(std::string_view text, UuidForm form) {
  std::string dashed = to_lower(text);
  if (dashed.size() == 32) {
    for (const std::size_t at : k_dashes) dashed.insert(at, 1, '-');
  }
  if (!looks_like_uuid(dashed)) return std::nullopt;
  if (form == UuidForm::hex) std::erase(dashed, '-');
  return dashed;
}

std::string plain_uuid(std::string_view text) {
  return to_uuid_form(text, UuidForm::dashed).value_or(std::string(text));
}

std::string timestamp_text(std::chrono::system_clock::time_point time) {
  using std::chrono::microseconds;
  const auto since = std::chrono::duration_cast<microseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  const std::time_t whole = seconds.count();
  std::tm parts{};
  ::gmtime_r(&whole, &parts);
  std::array<char, 96> text{};
  const int size = std::snprintf(text.data(),
                                 text.size(),
                                 "%04d-%02d-%02d %02d:%02d:%02d.%06d",
                                 parts.tm_year + 1900,
                                 parts.tm_mon + 1,
                                 parts.tm_mday,
                                 parts.tm_hour,
                                 parts.tm_min,
                                 parts.tm_sec,
                                 static_cast<int>((since - seconds).count()));
  std::string_view written(text.data(), static_cast<std::size_t>(size));
  // Django leaves this out, and what it looks for is compared as text.
  constexpr std::string_view k_no_fraction = ".000000";
  if (written.ends_with(k_no_fraction)) written.remove_suffix(k_no_fraction.size());
  return std::string(written);
}

bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto digits = [text](std::size_t from, std::size_t count) {
    return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(from),
                       text.begin() + static_cast<std::ptrdiff_t>(from + count),
                       is_digit);
  };
  return digits(0, 4) && digits(5, 2) && digits(8, 2);
}

std::string_view first_characters(std::string_view text, std::size_t limit) {
  std::size_t seen = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (starts_character(text[at]) && seen++ == limit) return text.substr(0, at);
  }
  return text;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, starts_character));
}

}  // namespace fmferry::sql
