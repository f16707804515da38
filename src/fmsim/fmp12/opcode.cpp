// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/opcode.hpp>

#include <array>
#include <stdexcept>

namespace fmsim::fmp12 {
namespace {

constexpr unsigned k_push = 0x20;
constexpr std::size_t k_short_key = 3;
constexpr std::size_t k_longest_key = 255;

unsigned key_form(std::string_view key) {
  if (key.empty() || key.size() > k_longest_key) throw std::logic_error("key of a bad length");
  return key.size() <= k_short_key ? static_cast<unsigned>(key.size()) - 1 : 3U;
}

void put_key(std::string& out, std::string_view key) {
  if (key.size() > k_short_key) put_byte(out, static_cast<std::uint32_t>(key.size()));
  out += key;
}

unsigned value_form(std::size_t size) {
  constexpr std::array<std::size_t, 6> k_fixed{0, 1, 2, 4, 6, 8};
  for (unsigned form = 0; form < k_fixed.size(); ++form) {
    if (k_fixed[form] == size) return form;
  }
  return size < 256 ? 6 : 7;
}

}  // namespace

void put_push(std::string& out, std::string_view key, unsigned flags) {
  put_byte(out, flags | k_push | (key_form(key) << 3U));
  put_key(out, key);
}

void put_entry(std::string& out, std::string_view key, std::string_view value, unsigned flags) {
  const unsigned form = value_form(value.size());
  put_byte(out, flags | (key_form(key) << 3U) | form);
  put_key(out, key);
  const auto length = static_cast<std::uint32_t>(value.size());
  if (form == 6) put_byte(out, length);
  if (form == 7) put_16(out, length);
  out += value;
}

std::size_t push_size(std::string_view key) {
  return 1 + key.size() + (key.size() > k_short_key ? 1 : 0);
}

}  // namespace fmsim::fmp12
