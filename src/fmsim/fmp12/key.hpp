// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

namespace fmsim::fmp12 {

// The highest number that the three forms of a key can say.
inline constexpr std::uint32_t k_highest_number = 4'210'815;

// A number as a key: one byte up to 127, two up to 16511, three beyond. Throws std::out_of_range
// above k_highest_number.
std::string key_of(std::uint32_t number);

// Several numbers in one key, such as a field and a repetition.
std::string key_of(std::initializer_list<std::uint32_t> numbers);

// A number as a value: the same code behind its length.
std::string counted(std::uint32_t number);

}  // namespace fmsim::fmp12
