// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fmferry::filemaker {

// FileMaker sends JSON that is none: control characters and NULs as they stand within strings, a
// bare `?` where a calculation has no value, bytes that are not UTF-8. Escapes the first, makes the
// second null and the third U+FFFD; leaves all else as it is. Sound JSON comes out unchanged, and
// a text that was cut short stays cut short.
[[nodiscard]] std::string repair_json(std::string_view text);

}  // namespace fmferry::filemaker
