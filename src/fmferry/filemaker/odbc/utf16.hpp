// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fmferry::odbc {

// ODBC's wide characters are UTF-16; ours are UTF-8. What is no character becomes U+FFFD.
[[nodiscard]] std::u16string to_utf16(std::string_view text);
[[nodiscard]] std::string to_utf8(std::u16string_view text);

}  // namespace fmferry::odbc
