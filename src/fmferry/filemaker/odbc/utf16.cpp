// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/utf16.hpp>

#include <array>
#include <cstdint>

namespace fmferry::odbc {
namespace {

constexpr char32_t k_replacement = 0xFFFD;

constexpr bool is_high(char32_t unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}

constexpr bool is_low(char32_t unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

void put(std::u16string& out, char32_t point) {
  if (point < 0x10000) {
    out += static_cast<char16_t>(point);
    return;
  }
  out += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10U));
  out += static_cast<char16_t>(0xDC00 + ((point - 0x10000) & 0x3FFU));
}

void put(std::string& out, char32_t point) {
  const auto byte = [&out](char32_t value) { out += static_cast<char>(value); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) {
    byte(0xC0U | (point >> 6U));
  } else if (point < 0x10000) {
    byte(0xE0U | (point >> 12U));
    byte(0x80U | ((point >> 6U) & 0x3FU));
  } else {
    byte(0xF0U | (point >> 18U));
    byte(0x80U | ((point >> 12U) & 0x3FU));
    byte(0x80U | ((point >> 6U) & 0x3FU));
  }
  byte(0x80U | (point & 0x3FU));
}

// How many bytes a sequence that begins so has; 0: none begins so.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return 2;
  if (first >= 0xE0 && first <= 0xEF) return 3;
  return first >= 0xF0 && first <= 0xF4 ? 4 : 0;
}

// The character at the front of the text, which loses its bytes.
char32_t take(std::string_view& text) {
  constexpr std::array<char32_t, 5> k_least{0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = length_of(first);
  char32_t point = length == 1 ? first : first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    if ((next & 0xC0U) != 0x80U) {
      text.remove_prefix(i);
      return k_replacement;
    }
    point = (point << 6U) | (next & 0x3FU);
  }
  text.remove_prefix(length == 0 ? 1 : length);
  const bool good = length > 0 && point >= k_least.at(length) && point <= 0x10FFFF &&
                    !is_high(point) && !is_low(point);
  return good ? point : k_replacement;
}

}  // namespace

std::u16string to_utf16(std::string_view text) {
  std::u16string out;
  out.reserve(text.size());
  while (!text.empty()) put(out, take(text));
  return out;
}

std::string to_utf8(std::u16string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char32_t unit = text[i];
    const char32_t next = i + 1 < text.size() ? text[i + 1] : 0;
    if (is_high(unit) && is_low(next)) {
      put(out, 0x10000 + ((unit - 0xD800) << 10U) + (next - 0xDC00));
      ++i;
    } else {
      put(out, is_high(unit) || is_low(unit) ? k_replacement : unit);
    }
  }
  return out;
}

}  // namespace fmferry::odbc
