// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odbc/connection.hpp>
#include <fmferry/filemaker/odbc/values.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace fmferry::odbc {

struct Field {
  std::string name{};
  FieldType type{FieldType::text};
  bool calculated{false};  // also summaries: nothing can be written there
  int repetitions{1};
};

// The fields of a table occurrence, as FileMaker's own system tables name them.
struct Table {
  std::vector<Field> fields{};

  // By its name, or by a repetition's: "photo(2)" is a field "photo".
  [[nodiscard]] const Field* find(std::string_view name) const;
};

// `invalid` when the file has no table occurrence of that name, with the nearest one.
Result<Table> read_table(Connection& connection, const std::string& table);

// `invalid`, naming the first field that is missing, of the wrong kind or can't be written.
[[nodiscard]] Status check_fields(const OdbcOptions& options, const Table& table);

}  // namespace fmferry::odbc
