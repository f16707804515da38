// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <cstddef>
#include <cstdint>

namespace fmferry::fmp12 {

// All integers in the file are big-endian. `at + width` must lie inside `bytes`.
[[nodiscard]] inline std::uint32_t big_endian(ByteView bytes, std::size_t at, std::size_t width) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value = (value << 8U) | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

[[nodiscard]] inline std::uint32_t u16_at(ByteView bytes, std::size_t at) {
  return big_endian(bytes, at, 2);
}

[[nodiscard]] inline std::uint32_t u32_at(ByteView bytes, std::size_t at) {
  return big_endian(bytes, at, 4);
}

}  // namespace fmferry::fmp12
