// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fmsim::fmp12 {

inline constexpr unsigned k_begin_code = 0x80;
inline constexpr unsigned k_end_code = 0x40;

// On an inner node's entry or push: nothing comes after it in its directory.
inline constexpr unsigned k_tail_flag = 0xC0;

// Enters a directory.
void put_push(std::string& out, std::string_view key, unsigned flags = 0);

// Stores a value under a key, in the shortest form there is.
void put_entry(std::string& out, std::string_view key, std::string_view value, unsigned flags = 0);

std::size_t push_size(std::string_view key);

}  // namespace fmsim::fmp12
