// SPDX-License-Identifier: Apache-2.0
#include <fmsim/random.hpp>

#include <openssl/rand.h>

#include <array>
#include <cmath>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace fmsim {
namespace {

void fill_random(unsigned char* out, std::size_t size) {
  if (RAND_bytes(out, static_cast<int>(size)) != 1) throw std::runtime_error("no random bytes");
}

}  // namespace

double unit(std::uint64_t drawn) {
  return static_cast<double>(drawn >> 11U) * 0x1.0p-53;
}

double normal(std::uint64_t drawn) {
  constexpr double k_two_pi = 6.283185307179586;
  const double radius = std::sqrt(-2.0 * std::log(unit(drawn) * 0.999999 + 0.0000005));
  return radius * std::cos(k_two_pi * unit(mix(drawn)));
}

std::string uuid_text(std::uint64_t drawn) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  const std::array<std::uint64_t, 2> words{mix(drawn), mix(drawn ^ 0x5DEECE66DULL)};
  std::string text(36, '-');
  std::size_t at = 0;
  for (std::size_t nibble = 0; nibble < 32; ++nibble) {
    if (at == 8 || at == 13 || at == 18 || at == 23) ++at;
    std::uint64_t value = (words[nibble / 16] >> (4U * (nibble % 16))) & 15U;
    if (nibble == 12) value = 4;
    if (nibble == 16) value = 8U | (value & 3U);
    text[at++] = k_digits[value];
  }
  return text;
}

std::string random_hex(std::size_t bytes, bool upper) {
  const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::vector<unsigned char> raw(bytes);
  fill_random(raw.data(), raw.size());
  std::string text;
  text.reserve(bytes * 2);
  for (const unsigned char byte : raw) {
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

std::uint64_t random_number() {
  std::array<unsigned char, 8> raw{};
  fill_random(raw.data(), raw.size());
  std::uint64_t value = 0;
  for (const unsigned char byte : raw) value = (value << 8U) | byte;
  return value;
}

}  // namespace fmsim
