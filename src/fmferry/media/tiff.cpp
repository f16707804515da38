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
    const std::uint32_t type = u16(entry + 2);
    if (u32(entry + 4) != 1) return 0;
    return type == 3 ? u16(entry + 8) : type == 4 ? u32(entry + 8) : 0;
  }

 private:
  ByteView bytes_;
  bool little_;
};

}  // namespace

// The first directory tells the size. Where the pixels end can't be told in general, so the best
// verdict is `unknown`.
Structure tiff_structure(ByteView prefix, std::int64_t length) {
  constexpr std::size_t header = 8;
  constexpr std::uint32_t tag_width = 256;
  constexpr std::uint32_t tag_height = 257;
  constexpr std::uint32_t tag_strip_offsets = 273;
  Structure structure;
  if (prefix.size() < header) return {.integrity = Integrity::truncated};
  const TiffReader tiff(prefix);
  const std::size_t directory = tiff.u32(4);
  if (static_cast<std::int64_t>(directory) + 2 > length) return {.integrity = Integrity::truncated};
  if (directory + 2 > prefix.size()) return structure;
  std::uint32_t wide = 0;
  std::uint32_t high = 0;
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
    if (tag == tag_strip_offsets && tiff.value(entry) >= length) {
      structure.integrity = Integrity::truncated;
    }
  }
  structure.set_size(wide, high);
  return structure;
}

}  // namespace fmferry::media
