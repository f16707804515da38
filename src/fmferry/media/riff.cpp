// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/byte_order.hpp>
#include <fmferry/media/structure.hpp>

namespace fmferry::media {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t k_first_chunk = 12;  // behind "RIFF", the size and "WEBP"

// https://developers.google.com/speed/webp/docs/riff_container
void set_webp_size(ByteView prefix, Structure& structure) {
  if (prefix.size() < k_first_chunk + 18) return;
  const ByteView type = prefix.substr(k_first_chunk, 4);
  const ByteView data = prefix.substr(k_first_chunk + 8);
  if (type == "VP8X"sv) {
    structure.set_size(le24(data, 4) + 1U, le24(data, 7) + 1U);
  } else if (type == "VP8L"sv && byte_at(data, 0) == 0x2f) {
    const std::uint32_t bits = le32(data, 1);
    structure.set_size((bits & 0x3fffU) + 1U, (bits >> 14U & 0x3fffU) + 1U);
  } else if (type == "VP8 "sv && data.substr(3, 3) == "\x9d\x01\x2a"sv) {
    structure.set_size(le16(data, 6) & 0x3fffU, le16(data, 8) & 0x3fffU);
  }
}

}  // namespace

Structure riff_structure(ByteView prefix, std::int64_t length) {
  Structure structure;
  const std::uint32_t size = le32(prefix, 4);
  const std::int64_t announced = std::int64_t{size} + 8;
  const bool is_webp = prefix.substr(8, 4) == "WEBP"sv;
  const bool was_streamed = size == 0 || size == 0xffffffffU;
  if (is_webp) {
    structure.integrity = length >= announced ? Integrity::whole : Integrity::truncated;
    set_webp_size(prefix, structure);
  } else if (!was_streamed && length < announced) {
    structure.integrity = Integrity::truncated;
  } else if (length <= announced + 1) {
    structure.integrity = was_streamed ? Integrity::unknown : Integrity::whole;
  }  // more follows in long films, which isn't followed
  return structure;
}

}  // namespace fmferry::media
