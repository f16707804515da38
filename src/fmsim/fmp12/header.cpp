// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/header.hpp>
#include <fmsim/fmp12/sector_file.hpp>
#include <fmsim/random.hpp>

#include <string_view>

namespace fmsim::fmp12 {
namespace {

// Everything begins with this, up to the sector size.
constexpr std::string_view k_first_bytes("\0\1\0\0\0\2\0\1\0\5\0\2\0\2\xC0HBAM7\0\0\x10\0", 24);

constexpr std::size_t k_kind_at = 519;
constexpr std::size_t k_mark_at = 2048;
constexpr std::size_t k_counter_at = 2054;
constexpr std::size_t k_random_from = 3072;

std::string kind_bytes(bool fp7) {
  std::string bytes;
  put_byte(bytes, 1);
  put_16(bytes, fp7 ? 0x1D : 0x1E);
  put_16(bytes, 0x0E);
  put_byte(bytes, 0);
  bytes += fp7 ? "HBAM2101OCT99" : "HBAM2125JAN11";
  bytes += "\xC1\x02H";
  const std::string_view version = fp7 ? "Pro 7.0" : "Pro 12.0";
  put_byte(bytes, static_cast<std::uint32_t>(version.size()));
  bytes += version;
  return bytes + "\xC0\xC0";
}

}  // namespace

std::string header_bytes(const Header& header) {
  std::string bytes(k_sector, '\0');
  bytes.replace(0, k_first_bytes.size(), k_first_bytes);
  const std::string kind = kind_bytes(header.fp7);
  bytes.replace(k_kind_at, kind.size(), kind);
  if (header.closed_cleanly) bytes[k_mark_at] = static_cast<char>(header.fp7 ? 0xA1 : 0xAC);
  std::string counter;
  put_32(counter, header.counter);
  bytes.replace(k_counter_at, counter.size(), counter);
  if (!header.fp7) {
    for (std::size_t i = k_random_from; i < k_sector; ++i) {
      bytes[i] = static_cast<char>(mix(header.seed ^ (i << 20U)) & 0xFFU);
    }
  }
  return bytes;
}

}  // namespace fmsim::fmp12
