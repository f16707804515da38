// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/sql.hpp>

#include <algorithm>
#include <charconv>

namespace fmferry::odbc {
namespace {

constexpr std::string_view k_default_stream = "DEFAULT";

std::string column(std::string_view field) {
  const FieldName name = parse_field_name(field);
  std::string out = quoted_name(name.base);
  if (name.repetition > 1) out += "[" + std::to_string(name.repetition) + "]";
  return out;
}

std::string as_text(std::string_view field) {
  return "CAST(" + column(field) + " AS VARCHAR)";
}

// A driver gives numbers as floating ones, which loses digits of long ids; their text does not.
std::string read_field(std::string_view field, FieldType type) {
  return type == FieldType::number ? as_text(field) : column(field);
}

std::string select(const std::string& table, const Shape& shape) {
  std::string sql = "SELECT ROWID, ROWMODID";
  for (std::size_t i = 0; i < shape.fields.size(); ++i) {
    sql += ", " + read_field(shape.fields[i], shape.types[i]);
  }
  for (const auto& container : shape.containers) sql += ", " + as_text(container);
  return sql + " FROM " + quoted_name(table);
}

std::string where(RecordId record_id) {
  return " WHERE ROWID = " + std::to_string(record_id);
}

std::string condition(const Target& target) {
  const std::string record = "ROWID = " + std::to_string(target.record_id);
  if (!target.mod_id) return record;
  return "(" + record + " AND ROWMODID = " + std::to_string(*target.mod_id) + ")";
}

}  // namespace

FieldName parse_field_name(std::string_view name) {
  const auto bracket = name.rfind('(');
  FieldName whole{.base = std::string(name)};
  if (bracket == std::string_view::npos || bracket == 0 || !name.ends_with(')')) return whole;
  const auto digits = name.substr(bracket + 1, name.size() - bracket - 2);
  int repetition = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), repetition);
  const bool good = error == std::errc{} && end == digits.data() + digits.size() && repetition > 0;
  if (!good) return whole;
  return {.base = std::string(name.substr(0, bracket)), .repetition = repetition};
}

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    out += c;
    if (c == '"') out += '"';
  }
  return out + "\"";
}

std::string count_sql(const std::string& table) {
  return "SELECT COUNT(*) FROM " + quoted_name(table);
}

std::string page_sql(const std::string& table, const Shape& shape, std::int64_t offset, int limit) {
  return select(table, shape) + " ORDER BY ROWID OFFSET " + std::to_string(offset - 1) +
         " ROWS FETCH FIRST " + std::to_string(limit) + " ROWS ONLY";
}

std::string record_sql(const std::string& table, const Shape& shape, RecordId record_id) {
  return select(table, shape) + where(record_id);
}

std::string content_sql(const std::string& table, const std::string& field, RecordId record_id) {
  return "SELECT " + as_text(field) + " FROM " + quoted_name(table) + where(record_id);
}

std::string stream_sql(const std::string& table,
                       const std::string& field,
                       const std::string& stream,
                       RecordId record_id) {
  const std::string code = stream == k_default_stream ? stream : "'" + stream + "'";
  return "SELECT GetAs(" + column(field) + ", " + code + ") FROM " + quoted_name(table) +
         where(record_id);
}

std::string update_sql(const std::string& table,
                       std::span<const Setting> settings,
                       std::span<const Target> targets) {
  std::string sql = "UPDATE " + quoted_name(table) + " SET ";
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const Setting& setting = settings[i];
    sql += (i == 0 ? "" : ", ") + column(setting.field) + " = " +
           (setting.text ? "?" : setting.literal);
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    sql += (i == 0 ? " WHERE " : " OR ") + condition(targets[i]);
  }
  return sql;
}

std::string look_sql(const std::string& table,
                     const Shape& shape,
                     std::span<const Target> targets) {
  std::string sql = select(table, shape) + " WHERE ROWID IN (";
  for (std::size_t i = 0; i < targets.size(); ++i) {
    sql += (i == 0 ? "" : ", ") + std::to_string(targets[i].record_id);
  }
  return sql + ")";
}

bool is_stream_code(std::string_view stream) {
  if (stream == k_default_stream) return true;
  return stream.size() == 4 && std::ranges::all_of(stream, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == ' ';
         });
}

}  // namespace fmferry::odbc
