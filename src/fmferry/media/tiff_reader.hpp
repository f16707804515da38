// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/media/byte_order.hpp>

#include <algorithm>

namespace fmferry::media {

[[nodiscard]] inline bool is_tiff(ByteView bytes) {
  using namespace std::string_view_literals;
  return bytes.starts_with("II*\0"sv) || bytes.starts_with("MM\0*"sv);
}

// Directories of a TIFF file, or of what is built like one, as far as its bytes are at hand.
class TiffReader {
 public:
  static constexpr std::size_t k_header = 8;
  static constexpr std::size_t k_entry = 12;

  // At least a header.
  explicit TiffReader(ByteView bytes) : bytes_(bytes), little_(bytes.starts_with('I')) {}

  [[nodiscard]] std::uint32_t u16(std::size_t at) const {
    return little_ ? le16(bytes_, at) : be16(bytes_, at);
  }

  [[nodiscard]] std::uint32_t u32(std::size_t at) const {
    return little_ ? le32(bytes_, at) : be32(bytes_, at);
  }

  [[nodiscard]] bool holds(std::size_t at, std::size_t count) const {
    return at <= bytes_.size() && bytes_.size() - at >= count;
  }

  // Where the first directory begins.
  [[nodiscard]] std::size_t first_directory() const { return u32(4); }

  // Shows the tag and the place of each entry that lies within the bytes.
  template <class Look>
  void for_each_entry(std::size_t directory, const Look& look) const {
    if (!holds(directory, 2)) return;
    const std::uint32_t count = u16(directory);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::size_t entry = directory + 2 + i * k_entry;
      if (!holds(entry, k_entry)) return;
      look(u16(entry), entry);
    }
  }

  // The value of a directory entry that holds one SHORT or LONG; 0 for others.
  [[nodiscard]] std::uint32_t value(std::size_t entry) const {
    return values_in(entry) == 1 ? value(entry, 0) : 0;
  }

  [[nodiscard]] std::uint32_t values_in(std::size_t entry) const { return u32(entry + 4); }

  // The entry's value of that number; 0 when it lies beyond the bytes at hand.
  [[nodiscard]] std::uint32_t value(std::size_t entry, std::uint32_t number) const {
    const std::uint32_t type = u16(entry + 2);
    if (type != k_short && type != k_long) return 0;
    const std::size_t size = type == k_short ? 2 : 4;
    const bool inside = values_in(entry) * std::uint64_t{size} <= 4;
    const std::size_t at = (inside ? entry + 8 : u32(entry + 8)) + size * number;
    if (!holds(at, size)) return 0;
    return type == k_short ? u16(at) : u32(at);
  }

  // The first so many bytes of a text; nothing when it is shorter or beyond the bytes at hand.
  [[nodiscard]] ByteView text(std::size_t entry, std::size_t length) const {
    const std::size_t at = u32(entry + 8);
    if (u16(entry + 2) != k_text || values_in(entry) < length || !holds(at, length)) return {};
    return bytes_.substr(at, length);
  }

 private:
  static constexpr std::uint32_t k_text = 2;
  static constexpr std::uint32_t k_short = 3;
  static constexpr std::uint32_t k_long = 4;

  ByteView bytes_;
  bool little_;
};

}  // namespace fmferry::media
