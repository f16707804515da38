// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fmferry {

// Bytes travel as std::string (owned) and std::string_view (borrowed); text is always UTF-8.
using ByteView = std::string_view;

[[nodiscard]] std::string to_hex(ByteView bytes);  // lower case
[[nodiscard]] std::optional<std::string> from_hex(std::string_view hex);
[[nodiscard]] std::string to_base64(ByteView bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

// RFC 3986: everything but A-Z a-z 0-9 - . _ ~ becomes %XX (upper case); with keep_slash also '/'
// stays. This is also the encoding of AWS signature V4.
[[nodiscard]] std::string percent_encode(std::string_view text, bool keep_slash = false);
[[nodiscard]] std::string percent_decode(std::string_view text);  // a bad %.. stays as it is

// ASCII's: 0x00 to 0x1F and 0x7F.
[[nodiscard]] constexpr bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

[[nodiscard]] std::string to_lower(std::string_view text);   // ASCII only
[[nodiscard]] std::string_view trim(std::string_view text);  // blanks, tabs, CR, LF

}  // namespace fmferry
