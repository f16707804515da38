// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <cstdint>

namespace fmferry::media {

// Numbers out of bytes. `at` + the number's size must lie within the bytes.
[[nodiscard]] inline std::uint32_t byte_at(ByteView bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

[[nodiscard]] inline std::uint32_t be16(ByteView bytes, std::size_t at) {
  return byte_at(bytes, at) << 8U | byte_at(bytes, at + 1);
}

[[nodiscard]] inline std::uint32_t be32(ByteView bytes, std::size_t at) {
  return be16(bytes, at) << 16U | be16(bytes, at + 2);
}

[[nodiscard]] inline std::uint64_t be64(ByteView bytes, std::size_t at) {
  return std::uint64_t{be32(bytes, at)} << 32U | be32(bytes, at + 4);
}

[[nodiscard]] inline std::uint32_t le16(ByteView bytes, std::size_t at) {
  return byte_at(bytes, at + 1) << 8U | byte_at(bytes, at);
}

[[nodiscard]] inline std::uint32_t le24(ByteView bytes, std::size_t at) {
  return byte_at(bytes, at + 2) << 16U | le16(bytes, at);
}

[[nodiscard]] inline std::uint32_t le32(ByteView bytes, std::size_t at) {
  return le16(bytes, at + 2) << 16U | le16(bytes, at);
}

}  // namespace fmferry::media
