// SPDX-License-Identifier: Apache-2.0
#include <fmsim/odata/expression.hpp>
#include <fmsim/odata/problem.hpp>

#include <cstdlib>

namespace fmsim::odata {
namespace {

Value stored(Kind kind, std::string text) {
  if (text.empty()) return {};
  const double number = kind == Kind::number ? std::strtod(text.c_str(), nullptr) : 0;
  return {kind, std::move(text), number};
}

Expression counter(std::string_view name) {
  const bool modifications = name == k_row_mod_id;
  return {Kind::number, [modifications](const Row& row) {
            const std::uint64_t number = modifications ? row.records.mod_id(row.table, row.slot)
                                                       : row.records.record_id(row.slot);
            return Value{Kind::number, std::to_string(number), static_cast<double>(number)};
          }};
}

// Only good for a comparison with null.
Expression container_column(std::size_t container) {
  return {Kind::text, [container](const Row& row) {
            const bool filled =
                row.records.containers(row.slot)[container].filling != Filling::empty;
            return filled ? Value{Kind::text, "filled"} : Value{};
          }};
}

}  // namespace

Kind kind_of(FieldType type) {
  switch (type) {
    case FieldType::number:
      return Kind::number;
    case FieldType::date:
      return Kind::date;
    case FieldType::timestamp:
      return Kind::timestamp;
    case FieldType::text:
    case FieldType::container:
      return Kind::text;
  }
  return Kind::text;
}

Expression read_column(const std::string& name, TableId table, const ODataSettings& settings) {
  if (name == k_row_id || name == k_row_mod_id) return counter(name);
  const auto field = field_of(table, name);
  if (!field) throw unknown_field(name);
  if (const auto container = container_of(table, *field)) {
    if (settings.filters_containers) return container_column(*container);
    throw unknown_field(name);
  }
  const Kind kind = kind_of(fields_of(table)[*field].type);
  if (const auto attribute = attribute_of(table, *field)) {
    return {kind, [kind, attribute](const Row& row) {
              return stored(kind, row.records.attribute(row.slot, *attribute));
            }};
  }
  return {kind, [kind, at = *field](const Row& row) {
            return stored(kind, row.records.value(row.table, row.slot, at));
          }};
}

int compare(const Value& a, const Value& b) {
  if (a.kind == Kind::null || b.kind == Kind::null) {
    return (a.kind == Kind::null ? 0 : 1) - (b.kind == Kind::null ? 0 : 1);
  }
  if (a.kind == Kind::number || a.kind == Kind::boolean) {
    return (a.number > b.number ? 1 : 0) - (a.number < b.number ? 1 : 0);
  }
  return a.text.compare(b.text);
}

}  // namespace fmsim::odata
