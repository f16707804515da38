// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/model.hpp>
#include <fmsim/pool.hpp>

#include <cstdint>
#include <vector>

// Files for measurements, far from any clinic. The pool must outlive the tables.
namespace fmsim::fmp12 {

// One table of small text records; every 1000th has a small picture.
std::vector<Table> many_small(std::uint64_t seed, std::uint64_t records, const Pool& pool);

// One table with a photograph a record, `bytes` in all, repeated to the wanted size where the
// pool's are smaller; no two are the same.
std::vector<Table> photographs(std::uint64_t seed,
                               std::uint64_t records,
                               std::uint64_t bytes,
                               const Pool& pool);

}  // namespace fmsim::fmp12
