// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/byte_order.hpp>
#include <fmferry/media/structure.hpp>

namespace fmferry::media {
namespace {

constexpr std::size_t k_entry = 12;

class TiffReader {
 public:
  explicit TiffReader(ByteView bytes) : bytes_(bytes), little_(bytes.starts_with('I')) {}

  [[nodiscard]] std::uint32_t u16(std::size_t at) const {
    return little_ ? le16(bytes_, at) : be16(bytes_, at);
  }

  [[nodiscard]] std::uint32_t u32(std::size_t at) const {
    return little_ ? le32(bytes_, at) : be32(bytes_, at);
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
    if (at + size > bytes_.size()) return 0;
    return type == k_short ? u16(at) : u32(at);
  }

 private:
  static constexpr std::uint32_t k_short = 3;
  static constexpr std::uint32_t k_long = 4;

  ByteView bytes_;
  bool little_;
};

// Whether one of the pieces that two entries tell, where it begins and how long it is, goes on
// beyond the end. What can't be read here is passed over.
bool goes_beyond(const TiffReader& tiff,
                 std::size_t offsets,
                 std::size_t lengths,
                 std::int64_t length) {
  if (offsets == 0 || lengths == 0) return false;
  const std::uint32_t pieces = std::min(tiff.values_in(offsets), tiff.values_in(lengths));
  for (std::uint32_t i = 0; i < pieces; ++i) {
    const std::int64_t begin = tiff.value(offsets, i);
    if (begin == 0) break;
    if (begin + std::int64_t{tiff.value(lengths, i)} > length) return true;
  }
  return false;
}

}  // namespace

// The first directory tells the size, and where the strips or tiles of its pixels lie. There may be
// more in the file than that, so the best verdict is `unknown`.
Structure tiff_structure(ByteView prefix, std::int64_t length) {
  constexpr std::size_t header = 8;
  constexpr std::uint32_t tag_width = 256;
  constexpr std::uint32_t tag_height = 257;
  constexpr std::uint32_t tag_strip_offsets = 273;
  constexpr std::uint32_t tag_strip_lengths = 279;
  constexpr std::uint32_t tag_tile_offsets = 324;
  constexpr std::uint32_t tag_tile_lengths = 325;
  Structure structure;
  if (prefix.size() < header) return {.integrity = Integrity::truncated};
  const TiffReader tiff(prefix);
  const std::size_t directory = tiff.u32(4);
  if (static_cast<std::int64_t>(directory) + 2 > length) return {.integrity = Integrity::truncated};
  if (directory + 2 > prefix.size()) return structure;
  std::uint32_t wide = 0;
  std::uint32_t high = 0;
  std::size_t offsets = 0;
  std::size_t lengths = 0;
  const std::uint32_t count = tiff.u16(directory);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t entry = directory + 2 + i * k_entry;
    if (static_cast<std::int64_t>(entry + k_entry) > length) {
      structure.integrity = Integrity::truncated;
    }
    if (entry + k_entry > prefix.size()) break;
    const std::uint32_t tag = tiff.u16(entry);
    if (tag == tag_width) wide = tiff.value(entry);
    if (tag == tag_height) high = tiff.value(entry);
    if (tag == tag_strip_offsets || tag == tag_tile_offsets) offsets = entry;
    if (tag == tag_strip_lengths || tag == tag_tile_lengths) lengths = entry;
  }
  if (goes_beyond(tiff, offsets, lengths, length)) structure.integrity = Integrity::truncated;
  structure.set_size(wide, high);
  return structure;
}

}  // namespace fmferry::media
