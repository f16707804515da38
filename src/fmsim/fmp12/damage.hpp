// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace fmsim::fmp12 {

class OpenFile;

// A way to break a file.
struct Damage {
  std::string_view name;
  std::string_view what;  // in a few words, for the help
  // In what a reader must notice it at the latest.
  enum class Shows : std::uint8_t {
    always,   // checks of the format alone
    perhaps,  // may hit bytes that nothing vouches for
    never,    // only who knows the content sees it
  } shows{Shows::always};
};

std::span<const Damage> damages();

// Copies `from` to `to` and breaks the copy in the named way; the same seed breaks the same place.
// Throws std::runtime_error when the name is unknown, the file is not sound, or it has nothing
// that can be broken so. Of a failure nothing is left at `to`.
void damage_file(const std::string& from,
                 std::string_view how,
                 std::uint64_t seed,
                 const std::string& to);

}  // namespace fmsim::fmp12
