// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/media/magic_inspectors.hpp>

#include <cstdint>
#include <string>

// Pieces that files are made of in tests.
namespace fmferry::media {

// Numbers of so many bytes, in either order.
inline std::string be(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
  return bytes;
}

inline std::string le(std::uint64_t value, int size) {
  const std::string bytes = be(value, size);
  return {bytes.rbegin(), bytes.rend()};
}

// Of a JPEG file, a PNG file, and one of the family of HEIC.
inline std::string segment(char code, const std::string& content) {
  return std::string("\xff") + code + be(content.size() + 2, 2) + content;
}

inline std::uint32_t crc32(const std::string& bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xedb88320U : crc >> 1U;
  }
  return ~crc;
}

inline std::string chunk(const std::string& type, const std::string& data) {
  return be(data.size(), 4) + type + data + be(crc32(type + data), 4);
}

inline std::string box(const std::string& type, const std::string& content) {
  return be(content.size() + 8, 4) + type + content;
}

inline MagicInspectors& inspectors() {
  static const auto made = MagicInspectors::make();
  return **made;
}

}  // namespace fmferry::media
