// SPDX-License-Identifier: Apache-2.0
#include <fmsim/json_text.hpp>
#include <fmsim/odata/entity.hpp>
#include <fmsim/odata/instant.hpp>
#include <fmsim/odata/lexer.hpp>
#include <fmsim/odata/path.hpp>

namespace fmsim::odata {
namespace {

Column column_of(const std::string& name, const Occurrence& set) {
  if (name == k_row_id || name == k_row_mod_id) return {name};
  const auto field = field_of(set.table, name);
  if (!field || container_of(set.table, *field)) throw unknown_field(name);
  return {name, field};
}

}  // namespace

std::vector<std::string> read_names(const std::string& list) {
  std::vector<std::string> names;
  Lexer lexer(list);
  for (;;) {
    const Token name = lexer.next();
    if (name.what != Token::What::word && name.what != Token::What::name) {
      throw query_problem(name.column, "There is an error in the syntax of the query.");
    }
    names.push_back(name.text);
    const Token after = lexer.next();
    if (after.what == Token::What::end) return names;
    if (after.what != Token::What::comma) {
      throw query_problem(after.column, "There is an error in the syntax of the query.");
    }
  }
}

std::string context_columns(const std::vector<Column>& columns) {
  std::string out;
  for (const Column& column : columns) {
    out += out.empty() ? "(\"" : ",\"";
    out += column.name;
    out += '"';
  }
  return out + ")";
}

std::vector<Column> EntityWriter::columns(const std::optional<std::string>& select) const {
  std::vector<Column> columns;
  if (select && *select != "*") {
    for (const std::string& name : read_names(*select)) columns.push_back(column_of(name, set_));
    return columns;
  }
  if (view_.special_columns) {
    columns.push_back({std::string(k_row_id)});
    columns.push_back({std::string(k_row_mod_id)});
  }
  const auto fields = fields_of(set_.table);
  for (std::size_t at = 0; at < fields.size(); ++at) {
    if (!container_of(set_.table, at)) columns.push_back({std::string(fields[at].name), at});
  }
  return columns;
}

void EntityWriter::append_context(std::string& out, const std::string& what) const {
  if (!view_.annotated) return;
  append_member(
      out, view_.annotation("context"), root_ + "/$metadata#" + encoded(set_.name) + what);
}

std::string EntityWriter::row_address(std::uint64_t slot) const {
  return root_ + "/" + encoded(set_.name) + "(ROWID=" + std::to_string(records_.record_id(slot)) +
         ")";
}

std::string EntityWriter::address(std::uint64_t slot) const {
  if (!set_.has_key) return row_address(slot);
  const std::string id = records_.value(set_.table, slot, 0);
  return root_ + "/" + encoded(set_.name) + "(" + encoded(quoted(id)) + ")";
}

void EntityWriter::append_members(std::string& out,
                                  std::uint64_t slot,
                                  const std::vector<Column>& columns) const {
  if (view_.annotated) {
    const std::string where = address(slot);
    append_member(out, view_.annotation("id"), where);
    append_member(out, view_.annotation("editLink"), where);
  }
  for (const Column& column : columns) {
    append_raw_member(out, column.name, value(slot, column));
  }
}

std::string EntityWriter::plain(std::uint64_t slot, const Column& column) const {
  if (!column.field) {
    const bool modifications = column.name == k_row_mod_id;
    return std::to_string(modifications ? records_.mod_id(set_.table, slot)
                                        : records_.record_id(slot));
  }
  const auto attribute = attribute_of(set_.table, *column.field);
  if (attribute) return records_.attribute(slot, *attribute);
  std::string stored = records_.value(set_.table, slot, *column.field);
  const FieldType type = fields_of(set_.table)[*column.field].type;
  return type == FieldType::timestamp ? show_instant(stored, settings_.offset) : stored;
}

std::string EntityWriter::value(std::uint64_t slot, const Column& column) const {
  const std::string shown = plain(slot, column);
  const bool dirty = column.field && slot % 16 == 3;
  const bool is_number =
      !column.field || fields_of(set_.table)[*column.field].type == FieldType::number;
  if (is_number) return number(shown, dirty);
  if (shown.empty()) return "null";
  // Raw, as some servers send what users paste into text fields.
  std::string json = json_string(shown);
  if (!dirty || column.name != "category") return json;
  if (settings_.dirty_controls) json.insert(json.size() - 1, "\x0B\n\x01");
  if (settings_.dirty_nul) json.insert(json.size() - 1, 1, '\0');
  return json;
}

std::string EntityWriter::number(const std::string& text, bool dirty) const {
  if (dirty && settings_.dirty_numbers) return "?";
  if (text.empty()) return "null";
  return view_.numbers_as_text ? json_string(text) : text;
}

}  // namespace fmsim::odata
