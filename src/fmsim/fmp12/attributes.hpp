// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/writer.hpp>

#include <cstdint>

namespace fmsim::fmp12 {

// What FileMaker puts at the end of catalogue entries and objects: a UUID, how often it was
// changed, by whom and when. Made from the seed.
void write_attributes(Writer& writer, std::uint64_t seed, std::uint32_t modifications);

}  // namespace fmsim::fmp12
