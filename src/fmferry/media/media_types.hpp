// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fmferry::media {

// libmagic's words as IANA has them ("image/x-ms-bmp" is "image/bmp"); others stay as they are.
[[nodiscard]] std::string canonical_media_type(std::string_view media_type);

// Without the dot; "bin" for types that aren't in the table.
[[nodiscard]] std::string_view extension_of(std::string_view media_type);

}  // namespace fmferry::media
