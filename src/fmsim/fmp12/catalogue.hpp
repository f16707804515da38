// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/model.hpp>
#include <fmsim/fmp12/writer.hpp>

#include <vector>

namespace fmsim::fmp12 {

// The directories before the tables: versions, table names, and what a reader of data must not take
// for data, such as layouts with pictures of their own.
void write_catalogue(Writer& writer, const std::vector<Table>& tables);

// A table's own list of fields, into the open directory of the table.
void write_fields(Writer& writer, const Table& table);

// A table's index of values, into the same: looks like records and is none.
void write_value_index(Writer& writer, const Table& table);

// The directories behind the tables.
void write_leftovers(Writer& writer);

}  // namespace fmsim::fmp12
