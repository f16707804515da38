// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fmsim::fmp12 {

// UTF-8 as UTF-16 units; broken bytes become U+FFFD.
std::u16string utf16(std::string_view text);

// The units as SCSU (Unicode Technical Standard 6): windows where letters stay together, quotes for
// single ones, Unicode mode for Han. Every tag that the standard has can come out, so that decoders
// are tried.
std::string scsu(std::u16string_view units);

// What the file shows instead of the bytes; the same again gives the bytes.
std::string hidden(std::string bytes);

// Text as values hold it.
struct StoredText {
  std::string bytes;     // SCSU, hidden
  std::size_t units{0};  // in UTF-16
  bool plain{true};      // nothing but one byte a unit
};

StoredText stored(std::string_view text);

}  // namespace fmsim::fmp12
