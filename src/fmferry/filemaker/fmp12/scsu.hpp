// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fmferry::fmp12 {

// Unicode Technical Standard 6, the compression of all text in a FileMaker file. Nothing when the
// stream is malformed: a reserved tag, or cut off inside a sequence. Surrogates that stand alone
// are passed on: FileMaker lets a user keep them. At most two units come out of a byte.
[[nodiscard]] std::optional<std::u16string> decode_scsu(ByteView bytes);

// Appends exactly `units` UTF-16 units to `out` and answers how many bytes they took: for strings
// that follow each other and tell their length in units. Nothing when the bytes end before, are
// malformed, or give a pair of surrogates of which only half was asked for.
[[nodiscard]] std::optional<std::size_t> decode_scsu_units(ByteView bytes,
                                                           std::size_t units,
                                                           std::u16string& out);

// Surrogates that stand alone become U+FFFD, so that the answer is always UTF-8.
[[nodiscard]] std::string utf8_of(std::u16string_view text);

}  // namespace fmferry::fmp12
