// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/filemaker/odbc/table.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fmferry::odbc {

// "photo(2)" is repetition 2 of "photo"; without brackets it is the first.
struct FieldName {
  std::string base{};
  int repetition{1};
};

[[nodiscard]] FieldName parse_field_name(std::string_view name);

// What is read of every record: ROWID, ROWMODID, these fields, then the containers' names.
struct Shape {
  std::vector<std::string> fields{};
  std::vector<FieldType> types{};  // of the fields
  std::vector<std::string> containers{};
};

// A record to write to, and the modification it must still have.
struct Target {
  RecordId record_id{0};
  std::optional<std::int64_t> mod_id{};
};

// A value that a field is to get: a literal of SQL, or a text that goes in place of a "?".
struct Setting {
  std::string field{};
  FieldType type{FieldType::text};
  std::string value{};  // as FileMaker says it
  std::string literal{};
  std::optional<std::string> text{};
};

// FileMaker's SQL, and only what its reference names. The table and the fields are quoted.
[[nodiscard]] std::string quoted_name(std::string_view name);
[[nodiscard]] std::string count_sql(const std::string& table);
[[nodiscard]] std::string page_sql(const std::string& table,
                                   const Shape& shape,
                                   std::int64_t offset,
                                   int limit);
[[nodiscard]] std::string record_sql(const std::string& table,
                                     const Shape& shape,
                                     RecordId record_id);
// The name of what a container holds; NULL when it is empty.
[[nodiscard]] std::string content_sql(const std::string& table,
                                      const std::string& field,
                                      RecordId record_id);
// One stream of a container: "DEFAULT" or a four-letter code.
[[nodiscard]] std::string stream_sql(const std::string& table,
                                     const std::string& field,
                                     const std::string& stream,
                                     RecordId record_id);
[[nodiscard]] std::string update_sql(const std::string& table,
                                     std::span<const Setting> settings,
                                     std::span<const Target> targets);
// ROWID, ROWMODID and these fields of these records.
[[nodiscard]] std::string look_sql(const std::string& table,
                                   const Shape& shape,
                                   std::span<const Target> targets);

[[nodiscard]] bool is_stream_code(std::string_view stream);

}  // namespace fmferry::odbc
