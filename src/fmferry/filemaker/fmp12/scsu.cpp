// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/scsu.hpp>

#include <array>
#include <cstdint>
#include <limits>

namespace fmferry::fmp12 {
namespace {

constexpr std::array<char32_t, 8> k_static_windows{
    0x0000, 0x0080, 0x0100, 0x0300, 0x2000, 0x2080, 0x2100, 0x3000};
constexpr std::array<char32_t, 8> k_first_windows{
    0x0080, 0x00C0, 0x0400, 0x0600, 0x0900, 0x3040, 0x30A0, 0xFF00};
constexpr std::array<char32_t, 7> k_special_windows{// offset bytes F9 to FF
                                                    0x00C0,
                                                    0x0250,
                                                    0x0370,
                                                    0x0530,
                                                    0x3040,
                                                    0x30A0,
                                                    0xFF60};

// Where the window that a definition names begins; nothing for a reserved offset byte.
std::optional<char32_t> window_at(std::uint8_t offset) {
  if (offset == 0) return std::nullopt;
  if (offset < 0x68) return char32_t{offset} * 0x80;
  if (offset < 0xA8) return char32_t{offset} * 0x80 + 0xAC00;
  if (offset < 0xF9) return std::nullopt;
  return k_special_windows[offset - 0xF9U];
}

bool is_high(char16_t unit) {
  return (unit & 0xFC00) == 0xD800;
}

bool is_low(char16_t unit) {
  return (unit & 0xFC00) == 0xDC00;
}

class Decoder {
 public:
  Decoder(ByteView bytes, std::size_t units, std::u16string& out)
      : bytes_(bytes), units_(units), out_(out) {}

  // Stops at the end of the bytes or when all units came out; false when malformed.
  bool run() {
    while (at_ < bytes_.size() && given_ < units_) {
      const std::uint8_t tag = *byte();
      if (!(wide_ ? wide_step(tag) : narrow_step(tag))) return false;
    }
    return true;
  }

  [[nodiscard]] std::size_t taken() const { return at_; }

  [[nodiscard]] std::size_t given() const { return given_; }

 private:
  std::optional<std::uint8_t> byte() {
    if (at_ == bytes_.size()) return std::nullopt;
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }

  std::optional<std::uint16_t> two_bytes() {
    const auto high = byte();
    const auto low = byte();
    if (!high || !low) return std::nullopt;
    return static_cast<std::uint16_t>(*high << 8U | *low);
  }

  bool give(char32_t code_point) {
    if (code_point < 0x10000) {
      out_.push_back(static_cast<char16_t>(code_point));
      ++given_;
      return true;
    }
    if (units_ - given_ < 2) return false;
    out_.push_back(static_cast<char16_t>(0xD7C0 + (code_point >> 10U)));
    out_.push_back(static_cast<char16_t>(0xDC00 + (code_point & 0x3FFU)));
    given_ += 2;
    return true;
  }

  // One byte in the active window, or a tag.
  bool narrow_step(std::uint8_t tag) {
    if (tag >= 0x80) return give(windows_[active_] + tag - 0x80U);
    if (tag >= 0x20 || tag == 0x00 || tag == 0x09 || tag == 0x0A || tag == 0x0D) return give(tag);
    if (tag >= 0x18) return define(tag - 0x18U);
    if (tag >= 0x10) return change(tag - 0x10U);
    if (tag == 0x0B) return define_extended();
    if (tag == 0x0E) return quote_unit();
    if (tag == 0x0F) return wide_ = true;
    if (tag == 0x0C) return false;  // reserved
    return quote_from(tag - 0x01U);
  }

  // The first half of a unit, or a tag.
  bool wide_step(std::uint8_t tag) {
    if (tag < 0xE0 || tag > 0xF2) {
      const auto low = byte();
      return low && give(static_cast<char32_t>(tag << 8U | *low));
    }
    if (tag < 0xE8) return change(tag - 0xE0U);
    if (tag < 0xF0) return define(tag - 0xE8U);
    if (tag == 0xF0) return quote_unit();
    return tag == 0xF1 && define_extended();  // F2 is reserved
  }

  bool change(std::size_t window) {
    active_ = window;
    wide_ = false;
    return true;
  }

  bool define(std::size_t window) {
    const auto offset = byte();
    const auto start = offset ? window_at(*offset) : std::nullopt;
    if (!start) return false;
    windows_[window] = *start;
    return change(window);
  }

  bool define_extended() {
    const auto packed = two_bytes();
    if (!packed) return false;
    const std::size_t window = *packed >> 13U;
    windows_[window] = 0x10000 + ((*packed & 0x1FFFU) << 7U);
    return change(window);
  }

  bool quote_unit() {
    const auto unit = two_bytes();
    return unit && give(*unit);
  }

  // The window's number means another set below 0x80: many decoders take the dynamic one there.
  bool quote_from(std::size_t window) {
    const auto next = byte();
    if (!next) return false;
    if (*next < 0x80) return give(k_static_windows[window] + *next);
    return give(windows_[window] + *next - 0x80U);
  }

  ByteView bytes_;
  std::size_t units_;
  std::u16string& out_;
  std::size_t at_{0};
  std::size_t given_{0};
  std::array<char32_t, 8> windows_{k_first_windows};
  std::size_t active_{0};
  bool wide_{false};
};

void append_utf8(char32_t code_point, std::string& out) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) return put(code_point);
  if (code_point < 0x800) {
    put(0xC0U | code_point >> 6U);
  } else {
    if (code_point < 0x10000) {
      put(0xE0U | code_point >> 12U);
    } else {
      put(0xF0U | code_point >> 18U);
      put(0x80U | (code_point >> 12U & 0x3FU));
    }
    put(0x80U | (code_point >> 6U & 0x3FU));
  }
  put(0x80U | (code_point & 0x3FU));
}

}  // namespace

std::optional<std::u16string> decode_scsu(ByteView bytes) {
  std::u16string out;
  Decoder decoder(bytes, std::numeric_limits<std::size_t>::max(), out);
  if (!decoder.run()) return std::nullopt;
  return out;
}

std::optional<std::size_t> decode_scsu_units(ByteView bytes,
                                             std::size_t units,
                                             std::u16string& out) {
  Decoder decoder(bytes, units, out);
  if (!decoder.run() || decoder.given() != units) return std::nullopt;
  return decoder.taken();
}

std::string utf8_of(std::u16string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char32_t code_point = text[i];
    if (is_high(text[i]) && i + 1 < text.size() && is_low(text[i + 1])) {
      code_point = 0x10000 + ((code_point & 0x3FFU) << 10U) + (text[++i] & 0x3FFU);
    } else if (is_high(text[i]) || is_low(text[i])) {
      code_point = 0xFFFD;
    }
    append_utf8(code_point, out);
  }
  return out;
}

}  // namespace fmferry::fmp12
