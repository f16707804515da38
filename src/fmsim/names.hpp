// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace fmsim {

// Invented people: plants, cloth and tools for names, some with accents.
std::string_view made_first_name(std::uint64_t drawn);
std::string_view made_last_name(std::uint64_t drawn);

}  // namespace fmsim
