// SPDX-License-Identifier: Apache-2.0
#include "packed_file.hpp"

#include <algorithm>
#include <cstdint>

namespace fmferry::testing_support {
namespace {

constexpr std::size_t k_sector = 4096;
constexpr std::size_t k_head = 20;
constexpr std::size_t k_packed_head = 7;
constexpr std::size_t k_most_sectors = 200;

std::uint32_t number_at(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[at]) << 8U |
                                    static_cast<std::uint8_t>(bytes[at + 1]));
}

std::string two_bytes(std::size_t number) {
  return {static_cast<char>(number >> 8U & 0xFFU), static_cast<char>(number & 0xFFU)};
}

std::string four_bytes(std::size_t number) {
  return std::string(2, '\0') + two_bytes(number);
}

std::string header() {
  std::string bytes("\x00\x01\x00\x00\x00\x02\x00\x01\x00\x05\x00\x02\x00\x02\xC0HBAM7", 20);
  bytes += four_bytes(k_sector);
  bytes.resize(k_sector);
  bytes[521] = '\x1E';
  bytes[2048] = '\xAC';
  return bytes;
}

}  // namespace

std::string pack(ByteView file) {
  std::string packed;
  for (std::size_t at = k_sector; at + k_sector <= file.size(); at += k_sector) {
    const auto sector = file.substr(at, k_sector);
    const auto length = k_sector - k_head - number_at(sector, 14);
    packed += std::string(sector.substr(6, 2)) + std::string(sector.substr(10, 2));
    packed += two_bytes(length) + sector[13];
    packed += sector.substr(k_head, length);
  }
  return packed;
}

std::string unpack(ByteView packed) {
  std::string file = header();
  while (packed.size() >= k_packed_head && file.size() < k_most_sectors * k_sector) {
    const auto length = std::min<std::size_t>(
        {number_at(packed, 4) & 0xFFFU, k_sector - k_head, packed.size() - k_packed_head});
    file += four_bytes(number_at(packed, 0)) + four_bytes(number_at(packed, 2));
    file.insert(file.size() - 8, 4, '\0');
    file += std::string(packed[6] == '\xFF' ? "\xFF" : "\0", 1) + packed[6];
    file += two_bytes(k_sector - k_head - length) + std::string(4, '\0');
    file += packed.substr(k_packed_head, length);
    file.resize((file.size() + k_sector - 1) / k_sector * k_sector);
    packed.remove_prefix(k_packed_head + length);
  }
  // The root's link is the number of the last sector.
  if (file.size() > k_sector) {
    file.replace(k_sector + 8, 4, four_bytes(file.size() / k_sector - 1));
  }
  return file;
}

}  // namespace fmferry::testing_support
