// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/sql.hpp>
#include <fmferry/filemaker/odbc/table.hpp>
#include <fmferry/foundation/nearest.hpp>

#include <algorithm>

namespace fmferry::odbc {
namespace {

constexpr const char* k_fields_sql =
    "SELECT FieldName, FieldType, FieldClass, FieldReps FROM FileMaker_Fields WHERE TableName = ?";
constexpr const char* k_tables_sql = "SELECT TableName FROM FileMaker_Tables";

Result<Field> read_field(Statement& row) {
  Field field;
  FMF_TRY_ASSIGN(const auto name, row.text(1));
  FMF_TRY_ASSIGN(const auto type, row.text(2));
  FMF_TRY_ASSIGN(const auto kind, row.text(3));
  FMF_TRY_ASSIGN(const auto repetitions, row.text(4));
  field.name = name.value_or("");
  field.type = field_type(type.value_or(""));
  field.calculated = kind.value_or("Normal") != "Normal";
  field.repetitions = static_cast<int>(whole_number(repetitions.value_or("")).value_or(1));
  return field;
}

Error no_such_table(Connection& connection, const std::string& table) {
  std::vector<std::string> names;
  auto rows = connection.run(k_tables_sql, {});
  while (rows && rows->next().value_or(false)) {
    const auto name = rows->text(1);
    if (name && *name) names.push_back(**name);
  }
  Error error{.kind = ErrorKind::invalid,
              .what = "the file has no table occurrence '" + table +
                      "' that this account may see (a table's name, not a layout's)"};
  const std::string like = nearest(table, names);
  if (!like.empty()) error.what += ": did you mean '" + like + "'?";
  return error;
}

Error no_such_field(const std::string& name, const OdbcOptions& options, const Table& table) {
  std::vector<std::string> names;
  for (const auto& field : table.fields) names.push_back(field.name);
  Error error{.kind = ErrorKind::invalid,
              .what = "table '" + options.table + "' has no field '" + name + "'"};
  const std::string like = nearest(name, names);
  if (!like.empty()) error.what += ": did you mean '" + like + "'?";
  return error;
}

Result<const Field*> require(const std::string& name,
                             const OdbcOptions& options,
                             const Table& table) {
  const Field* field = table.find(name);
  if (field == nullptr) return fail(no_such_field(name, options, table));
  if (parse_field_name(name).repetition > field->repetitions) {
    return fail(ErrorKind::invalid,
                "field '" + field->name + "' has " + std::to_string(field->repetitions) +
                    " repetitions: there is no '" + name + "'");
  }
  return field;
}

}  // namespace

const Field* Table::find(std::string_view name) const {
  const std::string base = parse_field_name(name).base;
  const auto found = std::ranges::find(fields, base, &Field::name);
  return found == fields.end() ? nullptr : &*found;
}

Result<Table> read_table(Connection& connection, const std::string& table) {
  Table read;
  {
    FMF_TRY_ASSIGN(Statement rows, connection.run(k_fields_sql, {table}));
    while (true) {
      FMF_TRY_ASSIGN(const bool more, rows.next());
      if (!more) break;
      FMF_TRY_ASSIGN(Field field, read_field(rows));
      read.fields.push_back(std::move(field));
    }
  }
  if (read.fields.empty()) return fail(no_such_table(connection, table));
  return read;
}

Status check_fields(const OdbcOptions& options, const Table& table) {
  for (const auto& name : options.containers) {
    FMF_TRY_ASSIGN(const auto* field, require(name, options, table));
    if (field->type != FieldType::container) {
      return fail(ErrorKind::invalid, "field '" + name + "' is no container");
    }
  }
  for (const auto& name : options.fields) {
    FMF_TRY_ASSIGN(const auto* field, require(name, options, table));
    if (field->type == FieldType::container) {
      return fail(ErrorKind::invalid,
                  "field '" + name + "' is a container: its text says nothing; choose another");
    }
  }
  for (const auto& name : options.written_fields) {
    FMF_TRY_ASSIGN(const auto* field, require(name, options, table));
    if (field->type == FieldType::container || field->calculated) {
      return fail(ErrorKind::invalid,
                  "field '" + name + "' can't be written: it is a container or a calculation");
    }
  }
  return {};
}

}  // namespace fmferry::odbc
