// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/error.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

// What the fuzzers share. Each of them defines LLVMFuzzerTestOneInput.
namespace fmferry::fuzzing {

inline ByteView view_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A promise about what a parser makes of any bytes; a broken one is a finding.
inline void must(bool holds) {
  if (!holds) std::abort();
}

// The result is of no interest, but the call is made.
template <class T>
void ignore(const T& /*result*/) {}

// What goes to the log and the terminal is one line without control characters, whatever came in.
inline void must_be_a_line(std::string_view text) {
  must(std::ranges::none_of(text, is_control));
}

// The first line, which `text` then no longer has.
inline std::string_view next_line(std::string_view& text) {
  const auto line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(text.size(), line.size() + 1));
  return line;
}

}  // namespace fmferry::fuzzing
