// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/byte_order.hpp>
#include <fmferry/media/structure.hpp>

#include <cstdlib>

namespace fmferry::media {

// The file size in the header is wrong too often to be used; the size of the pixels is computed.
Structure bmp_structure(ByteView prefix, std::int64_t length) {
  constexpr std::size_t old_header = 26;
  constexpr std::size_t headers = 38;
  Structure structure{.integrity = Integrity::truncated};
  if (prefix.size() < old_header) return structure;
  const std::int64_t pixels_at = le32(prefix, 10);
  if (le32(prefix, 14) == 12) {
    const std::uint32_t wide = le16(prefix, 18);
    const std::uint32_t high = le16(prefix, 20);
    structure.set_size(wide, high);
    const std::int64_t row = (std::int64_t{wide} * le16(prefix, 24) + 31) / 32 * 4;
    if (length >= pixels_at + row * high) structure.integrity = Integrity::whole;
    return structure;
  }
  if (prefix.size() < headers) return structure;
  const std::int64_t wide = static_cast<std::int32_t>(le32(prefix, 18));
  const std::int64_t high = std::abs(std::int64_t{static_cast<std::int32_t>(le32(prefix, 22))});
  if (wide <= 0 || high == 0) {
    structure.integrity = Integrity::malformed;
    return structure;
  }
  structure.set_size(static_cast<std::uint64_t>(wide), static_cast<std::uint64_t>(high));
  const std::uint32_t compression = le32(prefix, 30);
  const bool is_plain = compression == 0 || compression == 3 || compression == 6;
  std::int64_t pixels = le32(prefix, 34);
  // At most 2^31 pixels of 2^16 bits a row and 2^31 rows: this can't overflow 63 bits when divided
  // first.
  if (is_plain) pixels = (wide * le16(prefix, 28) + 31) / 32 * 4;
  const std::int64_t available = length - pixels_at;
  const bool enough = is_plain ? available / high >= pixels : available >= pixels;
  if (enough && available > 0) {
    structure.integrity = is_plain || pixels > 0 ? Integrity::whole : Integrity::unknown;
  }
  return structure;
}

}  // namespace fmferry::media
