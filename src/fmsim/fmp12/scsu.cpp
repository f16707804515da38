// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/scsu.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace fmsim::fmp12 {
namespace {

// Tags of the single-byte mode; those for windows are the first of eight.
constexpr std::uint32_t k_quote = 0x01;
constexpr std::uint32_t k_define_far = 0x0B;
constexpr std::uint32_t k_quote_unit = 0x0E;
constexpr std::uint32_t k_unicode_mode = 0x0F;
constexpr std::uint32_t k_change = 0x10;
constexpr std::uint32_t k_define = 0x18;

// Tags of the Unicode mode.
constexpr std::uint32_t k_back_to = 0xE0;
constexpr std::uint32_t k_back_defining = 0xE8;
constexpr std::uint32_t k_quote_in_unicode = 0xF0;
constexpr std::uint32_t k_back_defining_far = 0xF1;

constexpr std::size_t k_windows = 8;
constexpr char32_t k_window_size = 0x80;
constexpr std::array<char32_t, k_windows> k_static{
    0x0000, 0x0080, 0x0100, 0x0300, 0x2000, 0x2080, 0x2100, 0x3000};
constexpr std::array<char32_t, k_windows> k_dynamic{
    0x0080, 0x00C0, 0x0400, 0x0600, 0x0900, 0x3040, 0x30A0, 0xFF00};

bool is_ascii(char32_t c) {
  return c < 0x80;
}

// What single-byte mode passes as it is.
bool passes(char32_t c) {
  return (c >= 0x20 && c < 0x80) || c == 0 || c == '\t' || c == '\n' || c == '\r';
}

bool holds(char32_t window, char32_t c) {
  return c >= window && c < window + k_window_size;
}

// Han, Hangul and their neighbours: no window can be put there.
bool wants_unicode_mode(char32_t c) {
  return c >= 0x3400 && c < 0xE000;
}

struct Offset {
  std::uint32_t byte;
  char32_t window;
};

// How a definition says a window that holds `c`, which is below U+10000.
Offset offset_for(char32_t c) {
  constexpr std::array<Offset, 7> k_special{{{0xF9, 0x00C0},
                                             {0xFA, 0x0250},
                                             {0xFB, 0x0370},
                                             {0xFC, 0x0530},
                                             {0xFD, 0x3040},
                                             {0xFE, 0x30A0},
                                             {0xFF, 0xFF60}}};
  for (const Offset& each : k_special) {
    if (holds(each.window, c)) return each;
  }
  const char32_t window = c / k_window_size * k_window_size;
  const char32_t code = c < 0x3400 ? window / k_window_size : (window - 0xAC00) / k_window_size;
  return {static_cast<std::uint32_t>(code), window};
}

std::vector<char32_t> code_points(std::u16string_view units) {
  std::vector<char32_t> points;
  for (std::size_t i = 0; i < units.size(); ++i) {
    const char32_t unit = units[i];
    const bool pair = unit >= 0xD800 && unit < 0xDC00 && i + 1 < units.size() &&
                      units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000;
    if (pair) {
      points.push_back(0x10000 + ((unit - 0xD800) << 10U) + (units[i + 1] - 0xDC00U));
      ++i;
    } else {
      points.push_back(unit);
    }
  }
  return points;
}

class Encoder {
 public:
  explicit Encoder(std::vector<char32_t> points) : points_(std::move(points)) {}

  std::string encode() {
    while (at_ < points_.size()) {
      const bool took = unicode_ ? in_unicode_mode() : in_single_mode();
      if (took) ++at_;
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] char32_t now() const { return points_[at_]; }

  [[nodiscard]] std::optional<char32_t> next() const {
    if (at_ + 1 >= points_.size()) return std::nullopt;
    return points_[at_ + 1];
  }

  [[nodiscard]] std::optional<std::size_t> dynamic_with(char32_t c) const {
    for (std::size_t i = 0; i < k_windows; ++i) {
      if (holds(windows_[i], c)) return i;
    }
    return std::nullopt;
  }

  static std::optional<std::size_t> static_with(char32_t c) {
    for (std::size_t i = 0; i < k_windows; ++i) {
      if (holds(k_static[i], c)) return i;
    }
    return std::nullopt;
  }

  // Later definitions go round the windows that text seldom needs, the one FileMaker takes first.
  std::size_t take_window() {
    constexpr std::array<std::size_t, 5> k_turn{3, 4, 7, 2, 6};
    return k_turn[turn_++ % k_turn.size()];
  }

  void put_unit(char32_t c) { put_16(out_, static_cast<std::uint32_t>(c)); }

  void put_far_definition(std::uint32_t tag, char32_t c) {
    const std::size_t window = take_window();
    windows_[window] = c / k_window_size * k_window_size;
    active_ = window;
    put_byte(out_, tag);
    put_16(
        out_,
        static_cast<std::uint32_t>(window << 13U) | ((windows_[window] - 0x10000) / k_window_size));
  }

  void put_definition(std::uint32_t tag, char32_t c) {
    const std::size_t window = take_window();
    const Offset offset = offset_for(c);
    windows_[window] = offset.window;
    active_ = window;
    put_byte(out_, tag + static_cast<std::uint32_t>(window));
    put_byte(out_, offset.byte);
  }

  void put_in_active(char32_t c) { put_byte(out_, c - windows_[active_] + k_window_size); }

  void put_quote(std::size_t window, std::uint32_t byte) {
    put_byte(out_, k_quote + static_cast<std::uint32_t>(window));
    put_byte(out_, byte);
  }

  bool in_single_mode() {
    const char32_t c = now();
    if (passes(c)) {
      put_byte(out_, static_cast<std::uint32_t>(c));
      return true;
    }
    if (is_ascii(c)) {
      put_quote(0, static_cast<std::uint32_t>(c));
      return true;
    }
    if (holds(windows_[active_], c)) {
      put_in_active(c);
      return true;
    }
    if (c >= 0x10000) {
      put_far_definition(k_define_far, c);
      return false;
    }
    const auto following = next();
    if (const auto window = dynamic_with(c)) {
      if (following && holds(windows_[*window], *following) && !is_ascii(*following)) {
        put_byte(out_, k_change + static_cast<std::uint32_t>(*window));
        active_ = *window;
        return false;
      }
      put_quote(*window, c - windows_[*window] + k_window_size);
      return true;
    }
    if (const auto window = static_with(c)) {
      if (!following || !holds(k_static[*window], *following)) {
        put_quote(*window, c - k_static[*window]);
        return true;
      }
    }
    if (wants_unicode_mode(c)) {
      if (following && wants_unicode_mode(*following)) {
        put_byte(out_, k_unicode_mode);
        unicode_ = true;
        return false;
      }
      put_byte(out_, k_quote_unit);
      put_unit(c);
      return true;
    }
    put_definition(k_define, c);
    return false;
  }

  bool in_unicode_mode() {
    const char32_t c = now();
    const auto following = next();
    const bool two_ascii = passes(c) && (!following || is_ascii(*following));
    if (two_ascii) {
      put_byte(out_, k_back_to + static_cast<std::uint32_t>(active_));
      unicode_ = false;
      return false;
    }
    if (c >= 0x10000) {
      put_far_definition(k_back_defining_far, c);
      unicode_ = false;
      return false;
    }
    if (following && !is_ascii(c) && !wants_unicode_mode(c) && c < 0xFFF0) {
      if (const auto window = dynamic_with(c); window && holds(windows_[*window], *following)) {
        put_byte(out_, k_back_to + static_cast<std::uint32_t>(*window));
        active_ = *window;
        unicode_ = false;
        return false;
      }
      if (holds(offset_for(c).window, *following)) {
        put_definition(k_back_defining, c);
        unicode_ = false;
        return false;
      }
    }
    // A unit that begins like a tag is quoted.
    if (c >= 0xE000 && c < 0xF300) put_byte(out_, k_quote_in_unicode);
    put_unit(c);
    return true;
  }

  std::vector<char32_t> points_;
  std::size_t at_{0};
  std::string out_;
  bool unicode_{false};
  std::size_t active_{0};
  std::size_t turn_{0};
  std::array<char32_t, k_windows> windows_{k_dynamic};
};

// One code point from UTF-8; `at` moves behind it.
char32_t take_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || at + more > text.size()) return 0xFFFD;
  char32_t point = lead & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if ((byte & 0xC0U) != 0x80) return 0xFFFD;
    point = (point << 6U) | (byte & 0x3FU);
    ++at;
  }
  return point;
}

}  // namespace

std::u16string utf16(std::string_view text) {
  std::u16string units;
  units.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const char32_t point = take_point(text, at);
    if (point < 0x10000) {
      units += static_cast<char16_t>(point);
    } else {
      units += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10U));
      units += static_cast<char16_t>(0xDC00 + (point & 0x3FFU));
    }
  }
  return units;
}

std::string scsu(std::u16string_view units) {
  return Encoder(code_points(units)).encode();
}

std::string hidden(std::string bytes) {
  constexpr unsigned char k_mask = 0x5A;
  for (char& byte : bytes) byte = static_cast<char>(static_cast<unsigned char>(byte) ^ k_mask);
  return bytes;
}

StoredText stored(std::string_view text) {
  // Most text, and files have millions of cells.
  if (std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7F'; })) {
    return {hidden(std::string(text)), text.size(), true};
  }
  const std::u16string units = utf16(text);
  StoredText value;
  value.units = units.size();
  value.bytes = hidden(scsu(units));
  value.plain = value.bytes.size() == value.units;
  return value;
}

}  // namespace fmsim::fmp12
