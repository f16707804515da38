// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/key.hpp>

#include <stdexcept>

namespace fmsim::fmp12 {
namespace {

constexpr std::uint32_t k_two_bytes_from = 0x80;
constexpr std::uint32_t k_three_bytes_from = 0x4080;

}  // namespace

std::string key_of(std::uint32_t number) {
  std::string key;
  if (number < k_two_bytes_from) {
    put_byte(key, number);
  } else if (number < k_three_bytes_from) {
    put_16(key, 0x8000U | (number - k_two_bytes_from));
  } else if (number <= k_highest_number) {
    const std::uint32_t code = 0xC00000U | (number - k_three_bytes_from);
    put_byte(key, code >> 16U);
    put_16(key, code & 0xFFFFU);
  } else {
    throw std::out_of_range("a key cannot say " + std::to_string(number));
  }
  return key;
}

std::string key_of(std::initializer_list<std::uint32_t> numbers) {
  std::string key;
  for (const std::uint32_t number : numbers) key += key_of(number);
  return key;
}

std::string counted(std::uint32_t number) {
  const std::string key = key_of(number);
  std::string value;
  put_byte(value, static_cast<std::uint32_t>(key.size()));
  return value + key;
}

}  // namespace fmsim::fmp12
