// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/model.hpp>
#include <fmsim/fmp12/writer.hpp>

#include <cstdint>
#include <functional>

namespace fmsim::fmp12 {

// Writes a store of objects, index first, into the open directory. The objects are read twice: once
// for the MD5s, which the index names before the objects come. Writes nothing when there are none.
// `written` hears of each body's size as it goes out.
void write_objects(Writer& writer,
                   const Content& content,
                   std::uint64_t seed,
                   const std::function<void(std::uint64_t)>& written);

}  // namespace fmsim::fmp12
