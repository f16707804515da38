// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/csv.hpp>
#include <fmferry/app/text_lines.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace fmferry {
namespace {

bool is_stored_text(const fmp12::Field& field) {
  const bool has_data = field.kind == fmp12::FieldKind::normal ||
                        (field.kind == fmp12::FieldKind::calculation && !field.unstored);
  return has_data && !field.is_container() && !field.global;
}

// FileMaker ends lines with a carriage return; everybody else reads line feeds.
Result<std::string> text_in(const fmp12::Row& row, const TextColumn& column) {
  const fmp12::Cell* cell = row.cell(column.field, column.repetition);
  if (cell == nullptr) return std::string();
  auto text = fmp12::text_of(*cell);
  if (!text) {
    return fail(std::move(text).error().at("record " + std::to_string(row.id) + " field " +
                                           std::to_string(column.field)));
  }
  std::ranges::replace(*text, '\r', '\n');
  return text;
}

}  // namespace

std::vector<TextColumn> text_columns(const fmp12::Table& table) {
  std::vector<TextColumn> columns;
  for (const auto& field : table.fields) {
    if (!is_stored_text(field)) continue;
    for (int repetition = 1; repetition <= field.repetitions; ++repetition) {
      std::string name = field.name;
      if (repetition > 1) name += "(" + std::to_string(repetition) + ")";
      columns.push_back({.field = field.id,
                         .repetition = static_cast<std::uint32_t>(repetition),
                         .name = std::move(name)});
    }
  }
  return columns;
}

std::string csv_header(const std::vector<TextColumn>& columns) {
  std::string line = "record_id,mod_id";
  for (const auto& column : columns) line += "," + csv_value(column.name);
  return line + "\r\n";
}

Result<std::string> csv_line(const fmp12::Row& row, const std::vector<TextColumn>& columns) {
  std::string line = std::to_string(row.id) + "," + std::to_string(row.mod_id);
  for (const auto& column : columns) {
    FMF_TRY_ASSIGN(const std::string text, text_in(row, column));
    line += "," + csv_value(text);
  }
  return line + "\r\n";
}

Result<std::string> jsonl_line(const fmp12::Row& row, const std::vector<TextColumn>& columns) {
  boost::json::object fields;
  for (const auto& column : columns) {
    FMF_TRY_ASSIGN(const std::string text, text_in(row, column));
    if (!text.empty()) fields[column.name] = text;
  }
  boost::json::object object;
  object["record_id"] = row.id;
  object["mod_id"] = row.mod_id;
  object["fields"] = std::move(fields);
  return boost::json::serialize(object) + "\n";
}

}  // namespace fmferry
