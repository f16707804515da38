// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/file_name.hpp>
#include <fmferry/filemaker/fmp12/scsu.hpp>

#include <algorithm>
#include <cstdint>

namespace fmferry::fmp12 {
namespace {

constexpr std::uint8_t k_mask = 0x5A;  // over all text, but not over its length

std::string unmasked(std::string_view bytes) {
  std::string out(bytes);
  std::transform(out.begin(), out.end(), out.begin(), [](char byte) {
    return static_cast<char>(static_cast<std::uint8_t>(byte) ^ k_mask);
  });
  return out;
}

// One string off the front: its length in UTF-16 units, then so many units. SCSU starts anew in
// each.
std::optional<std::u16string> take_string(std::string_view& rest) {
  if (rest.empty()) return std::nullopt;
  const auto units = static_cast<std::uint8_t>(rest.front());
  if (units >= 0x80) return std::nullopt;
  std::u16string out;
  const auto taken = decode_scsu_units(unmasked(rest.substr(1)), units, out);
  if (!taken) return std::nullopt;
  rest.remove_prefix(1 + *taken);
  return out;
}

// How many bytes at the front of `text` don't belong into the name of a file.
std::size_t harmful_at(std::string_view text) {
  const auto first = static_cast<std::uint8_t>(text.front());
  if (first < 0x20 || first == 0x7F) return 1;
  if (first == '/' || first == '\\' || first == ':') return 1;
  if (text.size() < 2) return 0;
  const auto second = static_cast<std::uint8_t>(text[1]);
  if (first == 0xC2 && second >= 0x80 && second < 0xA0) return 2;  // U+0080 to U+009F
  if (first != 0xE2 || text.size() < 3) return 0;
  const auto third = static_cast<std::uint8_t>(text[2]);
  // U+200E, U+200F and U+2028 to U+202E
  if (second == 0x80 && (third == 0x8E || third == 0x8F || (third >= 0xA8 && third <= 0xAE))) {
    return 3;
  }
  return second == 0x81 && third >= 0xA6 && third <= 0xA9 ? 3 : 0;  // U+2066 to U+2069
}

}  // namespace

std::optional<std::string> file_name_of_fnam(ByteView stream) {
  constexpr std::string_view k_version("\0\0\0\1", 4);
  if (stream.substr(0, 4) != k_version) return std::nullopt;
  auto rest = stream.substr(4);
  const auto kind = take_string(rest);
  const auto folder = kind ? take_string(rest) : std::nullopt;
  const auto name = folder ? take_string(rest) : std::nullopt;
  // Bytes beyond the third string mean that it was read wrongly.
  if (!name || !rest.empty()) return std::nullopt;
  return utf8_of(*name);
}

std::string safe_file_name(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  while (!name.empty()) {
    const auto harmful = harmful_at(name);
    if (harmful == 0) out.push_back(name.front());
    name.remove_prefix(std::max<std::size_t>(harmful, 1));
  }
  out.erase(0, std::min(out.find_first_not_of(". "), out.size()));
  return out;
}

}  // namespace fmferry::fmp12
