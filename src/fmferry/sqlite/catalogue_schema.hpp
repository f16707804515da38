// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/sqlite/catalogue_values.hpp>
#include <fmferry/sqlite/connection.hpp>

#include <map>
#include <string>

namespace fmferry::catalogue {

// Table and column names in SQL, whatever characters they have.
[[nodiscard]] std::string quoted(std::string_view name);

struct Column {
  std::string type{};  // as declared, lower case
  bool not_null{false};
  bool has_default{false};
};

// A table of the live database.
struct Table {
  std::string name{};
  std::map<std::string, Column> columns{};

  [[nodiscard]] UuidForm uuid_form(const std::string& column) const;
  [[nodiscard]] std::optional<std::size_t> limit(const std::string& column) const;
};

// `invalid` when there is no such table.
[[nodiscard]] Result<Table> read_table(SqliteConnection& connection, const std::string& name);

// The application's tables that we write to and read from.
struct Schema {
  Table batches{};
  Table images{};
  std::int64_t content_type{0};  // the parent model's row in django_content_type
};

struct ParentNames {
  std::string app_label{};
  std::string model{};
  std::string table{};
  std::string metadata_column{};
};

// `invalid`, naming the table and column, when one is missing or would be left without a value
// although it must have one.
[[nodiscard]] Result<Schema> read_schema(SqliteConnection& connection, const ParentNames& parent);

}  // namespace fmferry::catalogue
