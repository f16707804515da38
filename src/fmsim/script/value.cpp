// SPDX-License-Identifier: Apache-2.0
#include <fmsim/dates.hpp>
#include <fmsim/folded_text.hpp>
#include <fmsim/script/value.hpp>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

namespace fmsim {
namespace {

std::string number_text(double number) {
  char text[64];
  if (number == std::floor(number) && std::abs(number) < 1e15) {
    std::snprintf(text, sizeof text, "%.0f", number);
  } else {
    std::snprintf(text, sizeof text, "%.15g", number);
  }
  return text;
}

// A text that is a number from its first to its last character.
std::optional<double> whole_number(const std::string& text) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return {};
  return number;
}

std::optional<double> number_in(const Value& value) {
  if (value.kind == Value::Kind::number) return value.number;
  return value.kind == Value::Kind::text ? whole_number(value.text) : std::nullopt;
}

}  // namespace

std::string Value::shown() const {
  switch (kind) {
    case Kind::text:
      return text;
    case Kind::number:
      return number_text(number);
    case Kind::date:
      return show_date(text, DateStyle::us);
    case Kind::timestamp:
      return show_timestamp(text, DateStyle::us);
    case Kind::container:
      return file_name;
  }
  return text;
}

bool Value::is_empty() const {
  if (kind == Kind::number) return false;
  return kind == Kind::container ? file == nullptr : text.empty();
}

double Value::as_number() const {
  if (kind == Kind::number) return number;
  std::string digits;
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || c == '.' || (c == '-' && digits.empty())) digits += c;
  }
  return whole_number(digits).value_or(0);
}

int compare(const Value& a, const Value& b) {
  const bool some_number = a.kind == Value::Kind::number || b.kind == Value::Kind::number;
  const auto left = number_in(a);
  const auto right = number_in(b);
  if (some_number && left && right) return *left < *right ? -1 : *left > *right ? 1 : 0;
  return folded(a.shown()).compare(folded(b.shown()));
}

}  // namespace fmsim
