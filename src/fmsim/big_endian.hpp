// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace fmsim {

inline void put_byte(std::string& out, std::uint32_t value) {
  out += static_cast<char>(static_cast<unsigned char>(value & 0xFFU));
}

inline void put_16(std::string& out, std::uint32_t value) {
  put_byte(out, value >> 8U);
  put_byte(out, value);
}

inline void put_32(std::string& out, std::uint32_t value) {
  put_16(out, value >> 16U);
  put_16(out, value & 0xFFFFU);
}

}  // namespace fmsim
