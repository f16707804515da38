// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/model.hpp>

#include <iosfwd>
#include <vector>

namespace fmsim::fmp12 {

// What the file says, as JSON lines: one for each value of a container field, one for each object
// that no value names, one for each table with a hash over the cells of its other fields.
void write_file_truth(const std::vector<Table>& tables, std::ostream& out);

}  // namespace fmsim::fmp12
