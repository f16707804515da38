// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace fmsim::fmp12 {

// The first sector of a file.
struct Header {
  bool fp7{false};
  bool closed_cleanly{true};
  std::uint32_t counter{0};  // the commit of the last clean close
  std::uint64_t seed{0};     // for the part that looks random in most files
};

// One whole sector.
std::string header_bytes(const Header& header);

}  // namespace fmsim::fmp12
