// SPDX-License-Identifier: Apache-2.0
#include <fmferry/s3/object_key.hpp>

#include <cstdint>

namespace fmferry::s3 {
namespace {

constexpr std::size_t k_longest_key = 1024;

// The length of the UTF-8 sequence at the front of text; 0 when there is none (overlong forms and
// surrogates included).
std::size_t utf8_length(std::string_view text) {
  const auto at = [text](std::size_t i) {
    return i < text.size() ? std::uint32_t{static_cast<unsigned char>(text[i])} : 0U;
  };
  const auto continues = [&at](std::size_t i) { return (at(i) & 0xC0U) == 0x80U; };
  const std::uint32_t first = at(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return continues(1) ? 2 : 0;
  const std::uint32_t two = (first << 8U) | at(1);
  if (first >= 0xE0 && first < 0xF0) {
    const bool overlong = two < 0xE0A0;
    const bool surrogate = two >= 0xEDA0 && two <= 0xEDBF;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  const bool in_range = two >= 0xF090 && two < 0xF490;
  return in_range && continues(1) && continues(2) && continues(3) ? 4 : 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool has_bad_segment(std::string_view key) {
  while (true) {
    const auto slash = key.find('/');
    const std::string_view segment = key.substr(0, slash);
    if (segment.empty() || segment == "." || segment == "..") return true;
    if (slash == std::string_view::npos) return false;
    key.remove_prefix(slash + 1);
  }
}

}  // namespace

std::string normal_prefix(std::string_view prefix) {
  while (prefix.starts_with('/')) prefix.remove_prefix(1);
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  return prefix.empty() ? std::string() : std::string(prefix) + "/";
}

Status check_key(std::string_view key, std::string_view whole) {
  if (key.empty()) return fail(ErrorKind::invalid, "the key is empty");
  if (whole.size() > k_longest_key) {
    return fail(ErrorKind::invalid, "the key is longer than S3's 1,024 bytes");
  }
  if (key.find('\0') != std::string_view::npos || !is_utf8(key)) {
    return fail(ErrorKind::invalid, "the key is not UTF-8 text");
  }
  if (has_bad_segment(key)) {
    return fail(ErrorKind::invalid,
                "the key has an empty part, '.' or '..' between its slashes, or one at its end");
  }
  return {};
}

}  // namespace fmferry::s3
