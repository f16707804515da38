// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/media/byte_order.hpp>

#include <algorithm>

namespace fmferry::media {

// Shows type and content of each box in `bytes`, the last one as far as it is there.
template <class Look>
void for_each_box(ByteView bytes, const Look& look) {
  constexpr std::size_t short_header = 8;
  constexpr std::size_t long_header = 16;
  while (bytes.size() >= short_header) {
    std::uint64_t size = be32(bytes, 0);
    std::size_t header = short_header;
    if (size == 1 && bytes.size() >= long_header) {
      size = be64(bytes, short_header);
      header = long_header;
    }
    if (size == 0) size = bytes.size();
    if (size < header) return;
    look(bytes.substr(4, 4), bytes.substr(header, size - header));
    bytes.remove_prefix(std::min<std::uint64_t>(size, bytes.size()));
  }
}

// The content of the first box of this type, as far as it is there.
[[nodiscard]] inline ByteView find_box(ByteView bytes, ByteView wanted) {
  ByteView found;
  bool is_found = false;
  for_each_box(bytes, [&](ByteView type, ByteView content) {
    if (is_found || type != wanted) return;
    found = content;
    is_found = true;
  });
  return found;
}

}  // namespace fmferry::media
