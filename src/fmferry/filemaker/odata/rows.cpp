// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/odata/rows.hpp>

#include <boost/json.hpp>

namespace fmferry::odata {

namespace json = boost::json;
using filemaker::integer_of;

Result<Record> read_row(const json::object& row, const RecordShape& shape) {
  const auto record_id = integer_of(row, k_row_id);
  const auto mod_id = integer_of(row, k_mod_id);
  if (!record_id || !mod_id) {
    return fail(ErrorKind::corrupt, "a row came without ROWID or ROWMODID");
  }
  Record record{.record_id = *record_id, .mod_id = *mod_id};
  for (const auto& field : shape.fields) {
    const auto* value = row.if_contains(field.name);
    if (value == nullptr) {
      return fail(
          ErrorKind::invalid,
          "field '" + field.name + "' is not in the server's answer: is it still in the table?");
    }
    record.fields.emplace(field.name, shown_value(*value, field.type));
  }
  for (const auto& name : shape.containers) {
    record.containers.push_back({.field = name, .state = ContainerState::unknown});
  }
  return record;
}

Result<const json::array*> rows_of(const json::object& answer) {
  const auto* rows = filemaker::array_of(answer, "value");
  if (rows == nullptr) return fail(ErrorKind::corrupt, "an answer came without its rows");
  for (const auto& row : *rows) {
    if (!row.is_object()) return fail(ErrorKind::corrupt, "an answer holds something not a row");
  }
  return rows;
}

Result<std::int64_t> count_of(const json::object& answer) {
  const auto* value = control_of(answer, "count");
  const auto count = value == nullptr ? std::nullopt : filemaker::integer_in(*value);
  if (count && *count >= 0) return *count;
  return fail(ErrorKind::corrupt, "the server did not say how many records there are");
}

std::string literal_of(const json::value& value, ColumnType type) {
  const std::string text = filemaker::text_of(value);
  return type == ColumnType::text ? text_literal(text) : text;
}

}  // namespace fmferry::odata
