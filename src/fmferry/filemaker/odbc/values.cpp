// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/dates.hpp>
#include <fmferry/filemaker/odbc/values.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <algorithm>
#include <charconv>

namespace fmferry::odbc {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Whether the text has this form; '9' stands for any digit.
bool has_form(std::string_view text, std::string_view form) {
  return std::ranges::equal(
      text, form, [](char c, char wanted) { return wanted == '9' ? is_digit(c) : c == wanted; });
}

// "2025-03-11" as "03/11/2025"; anything else as it is.
std::string filemaker_day(std::string_view text) {
  if (!has_form(text, "9999-99-99")) return std::string(text);
  return std::string(text.substr(5, 2)) + "/" + std::string(text.substr(8, 2)) + "/" +
         std::string(text.substr(0, 4));
}

std::string filemaker_moment(std::string_view text) {
  const auto blank = text.find_first_of(" T");
  if (blank == std::string_view::npos) return filemaker_day(text);
  std::string_view time = text.substr(blank + 1);
  const auto point = time.find('.');
  const bool whole = point != std::string_view::npos &&
                     time.find_first_not_of('0', point + 1) == std::string_view::npos;
  if (whole) time = time.substr(0, point);
  return filemaker_day(text.substr(0, blank)) + " " + std::string(time);
}

// The whole number before a fraction that is nothing but zeros.
std::string_view without_zeros(std::string_view text) {
  const auto point = text.find('.');
  if (point == std::string_view::npos) return text;
  const bool zeros = text.find_first_not_of('0', point + 1) == std::string_view::npos;
  return zeros ? text.substr(0, point) : text;
}

bool is_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool plain = text.find_first_not_of("+-.0123456789eE") == std::string_view::npos;
  return plain && error == std::errc{} && end == text.data() + text.size();
}

std::optional<std::string> moment_literal(const std::string& value) {
  const auto day = iso_day(value);
  const auto blank = value.find_first_of(" T");
  if (!day || blank == std::string::npos) return std::nullopt;
  const std::string time = value.substr(blank + 1);
  if (!has_form(time, "99:99:99")) return std::nullopt;
  return "TIMESTAMP '" + *day + " " + time + "'";
}

std::optional<std::string> day_literal(const std::string& value) {
  const auto day = iso_day(value);
  if (!day || value.size() > day->size()) return std::nullopt;
  return "DATE '" + *day + "'";
}

}  // namespace

FieldType field_type(std::string_view name) {
  const std::string lower = to_lower(name);
  const auto has = [&lower](std::string_view part) {
    return lower.find(part) != std::string::npos;
  };
  if (has("binary")) return FieldType::container;
  if (has("timestamp")) return FieldType::timestamp;
  if (has("date")) return FieldType::date;
  if (has("time")) return FieldType::time;
  if (has("decimal") || has("double") || has("numeric")) return FieldType::number;
  return FieldType::text;
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  const std::string_view digits = without_zeros(trim(text));
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::string as_filemaker_says(FieldType type, const std::string& text) {
  switch (type) {
    case FieldType::date:
      return filemaker_day(text);
    case FieldType::timestamp:
      return filemaker_moment(text);
    case FieldType::number:
      return is_number(text) ? std::string(without_zeros(text)) : text;
    case FieldType::text:
    case FieldType::time:
    case FieldType::container:
      return text;
  }
  return text;
}

std::optional<std::string> literal(FieldType type, const std::string& value) {
  if (value.empty()) return "NULL";
  switch (type) {
    case FieldType::timestamp:
      return moment_literal(value);
    case FieldType::date:
      return day_literal(value);
    case FieldType::time:
      return has_form(value, "99:99:99") ? std::optional("TIME '" + value + "'") : std::nullopt;
    case FieldType::number:
      return is_number(value) ? std::optional(value) : std::nullopt;
    case FieldType::text:
    case FieldType::container:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace fmferry::odbc
