// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/odata/metadata.hpp>
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/nearest.hpp>

#include <boost/json.hpp>

#include <algorithm>

#include <pugixml.hpp>

namespace fmferry::odata {
namespace {

namespace json = boost::json;
using filemaker::array_of;
using filemaker::object_of;
using filemaker::text_of;

ColumnType type_of(std::string_view edm) {
  if (edm == "Edm.Stream" || edm == "Edm.Binary") return ColumnType::container;
  if (edm == "Edm.Date") return ColumnType::date;
  if (edm == "Edm.TimeOfDay" || edm == "Edm.Duration") return ColumnType::time;
  if (edm == "Edm.DateTimeOffset") return ColumnType::timestamp;
  if (edm == "Edm.String") return ColumnType::text;
  return ColumnType::number;
}

// An entity type is called as its table occurrence, with a line behind it.
bool is_type_of(std::string_view entity_type, const std::string& table) {
  return entity_type == table + "_" || entity_type == table;
}

std::string text_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value == nullptr ? std::string() : text_of(*value);
}

bool flag_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_bool() && value->get_bool();
}

bool may_only_be_read(const json::object& property) {
  return text_member(property, "@Org.OData.Core.V1.Permissions").ends_with("@Read");
}

Table table_from(const json::object& entity) {
  Table table;
  if (const auto* key = array_of(entity, "$Key")) {
    for (const auto& name : *key) table.key.push_back(text_of(name));
  }
  for (const auto& [name, about] : entity) {
    const auto* property = about.if_object();
    if (property == nullptr || name.starts_with('$') || name.find('@') != std::string::npos)
      continue;
    const std::string type = text_member(*property, "$Type");
    // CSDL JSON leaves the most usual type out.
    table.columns.push_back({.name = std::string(name),
                             .type = type_of(type.empty() ? "Edm.String" : type),
                             .is_calculated = flag_member(*property, "@Calculation") ||
                                              flag_member(*property, "@Summary") ||
                                              may_only_be_read(*property)});
  }
  return table;
}

// Every entity type of every schema, by its name.
std::vector<std::pair<std::string, Table>> tables_in(const json::object& metadata) {
  std::vector<std::pair<std::string, Table>> tables;
  for (const auto& [schema_name, schema] : metadata) {
    const auto* types = schema.if_object();
    if (types == nullptr || schema_name.starts_with('$')) continue;
    for (const auto& [name, about] : *types) {
      const auto* entity = about.if_object();
      if (entity == nullptr || text_member(*entity, "$Kind") != "EntityType") continue;
      tables.emplace_back(std::string(name), table_from(*entity));
    }
  }
  return tables;
}

// "Edmx" or "edmx:Edmx": servers differ in the prefix.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is_annotated(const pugi::xml_node& property, std::string_view what) {
  return std::ranges::any_of(property.children(), [what](const pugi::xml_node& child) {
    const std::string_view term = child.attribute("Term").value();
    return local_name(child) == "Annotation" && term.ends_with(what);
  });
}

Table table_from(const pugi::xml_node& entity) {
  Table table;
  for (const auto& child : entity.children()) {
    if (local_name(child) == "Key") {
      for (const auto& part : child.children()) {
        table.key.emplace_back(part.attribute("Name").value());
      }
    }
    if (local_name(child) != "Property") continue;
    table.columns.push_back(
        {.name = child.attribute("Name").value(),
         .type = type_of(child.attribute("Type").value()),
         .is_calculated = is_annotated(child, "Calculation") || is_annotated(child, "Summary")});
  }
  return table;
}

struct EntityTypes final : pugi::xml_tree_walker {
  bool for_each(pugi::xml_node& node) override {
    if (local_name(node) == "EntityType") {
      tables.emplace_back(node.attribute("Name").value(), table_from(node));
    }
    return true;
  }

  std::vector<std::pair<std::string, Table>> tables{};
};

std::vector<std::pair<std::string, Table>> tables_in_xml(std::string_view text) {
  pugi::xml_document document;
  if (!document.load_buffer(text.data(), text.size())) return {};
  EntityTypes walker;
  document.traverse(walker);
  return std::move(walker.tables);
}

std::string similar_to(const std::string& wanted, const std::vector<std::string>& known) {
  const std::string like = nearest(wanted, known);
  return like.empty() ? "" : ": did you mean '" + like + "'?";
}

std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(column.name);
  return names;
}

Result<Column> column_for(const std::string& name, const Table& table) {
  if (const Column* column = table.find(name)) return *column;
  if (name.ends_with(')')) {
    return fail(ErrorKind::invalid,
                "'" + name + "': OData knows the first repetition only; use the Data API");
  }
  return fail(ErrorKind::invalid,
              "field '" + name + "' is not in the table" + similar_to(name, names_of(table)));
}

std::string iso_of(const std::string& day) {
  // MM/DD/YYYY
  if (day.size() != 10 || day[2] != '/' || day[5] != '/') return day;
  return day.substr(6, 4) + "-" + day.substr(0, 2) + "-" + day.substr(3, 2);
}

std::string us_of(std::string_view day) {
  // YYYY-MM-DD
  if (day.size() != 10 || day[4] != '-' || day[7] != '-') return std::string(day);
  return std::string(day.substr(5, 2)) + "/" + std::string(day.substr(8, 2)) + "/" +
         std::string(day.substr(0, 4));
}

// The stored value has no zone; the engine adds one.
std::string_view wall_clock(std::string_view iso) {
  const auto time = iso.find('T');
  if (time == std::string_view::npos) return iso;
  return iso.substr(0, iso.find_first_of(".Z+-", time));
}

json::value number_of(const std::string& text) {
  json::error_code error;
  json::value number = json::parse(text, error);
  return !error && number.is_number() ? number : json::value(text);
}

}  // namespace

const Column* Table::find(std::string_view name) const {
  const auto found = std::ranges::find(columns, name, &Column::name);
  return found == columns.end() ? nullptr : &*found;
}

Result<Table> read_metadata(std::string_view text, const std::string& table) {
  const auto value = trim(text).starts_with('<') ? std::nullopt : filemaker::parse_json(text);
  const auto tables =
      value && value->is_object() ? tables_in(value->get_object()) : tables_in_xml(text);
  if (tables.empty()) return fail(ErrorKind::corrupt, "the server's answer is no OData metadata");
  std::vector<std::string> names;
  for (const auto& [name, found] : tables) {
    if (is_type_of(name, table)) return found;
    names.push_back(name.ends_with('_') ? name.substr(0, name.size() - 1) : name);
  }
  return fail(ErrorKind::invalid,
              "there is no table occurrence '" + table + "' that this account may see" +
                  similar_to(table, names));
}

Result<RecordShape> shape_for(const ODataOptions& options, const Table& table) {
  RecordShape shape{.containers = options.containers};
  for (const auto& name : options.containers) {
    FMF_TRY_ASSIGN(const Column column, column_for(name, table));
    if (column.type != ColumnType::container) {
      return fail(ErrorKind::invalid, "'" + name + "' is no container field");
    }
  }
  for (const auto& name : options.fields) {
    FMF_TRY_ASSIGN(Column column, column_for(name, table));
    if (column.type == ColumnType::container) {
      return fail(ErrorKind::invalid, "'" + name + "' is a container, not a text");
    }
    shape.fields.push_back(std::move(column));
  }
  for (const auto& name : options.written_fields) {
    FMF_TRY_ASSIGN(const Column column, column_for(name, table));
    if (column.type == ColumnType::container || column.is_calculated) {
      return fail(ErrorKind::invalid, "nothing can be written to '" + name + "'");
    }
  }
  for (const auto& column : table.columns) {
    const bool is_container = column.type == ColumnType::container;
    if (is_container && options.containers.empty()) shape.containers.push_back(column.name);
    if (!is_container && options.fields.empty()) shape.fields.push_back(column);
  }
  return shape;
}

std::string shown_value(const json::value& value, ColumnType type) {
  const std::string text = text_of(value);
  if (type == ColumnType::date) return us_of(text);
  if (type != ColumnType::timestamp) return text;
  const std::string_view wall = wall_clock(text);
  if (wall.size() != 19 || wall[10] != 'T') return text;
  return us_of(wall.substr(0, 10)) + " " + std::string(wall.substr(11));
}

json::value sent_value(const std::string& text, ColumnType type, const std::string& zone) {
  if (text.empty()) return nullptr;
  if (type == ColumnType::date) return json::value(iso_of(text));
  if (type == ColumnType::number) return number_of(text);
  if (type != ColumnType::timestamp || text.size() != 19) return json::value(text);
  const std::string time = text.substr(11);
  return json::value(iso_of(text.substr(0, 10)) + "T" + time + zone);
}

std::string zone_of(const json::value& timestamp) {
  const std::string text = text_of(timestamp);
  const auto time = text.find('T');
  if (time == std::string::npos) return {};
  const auto zone = text.find_first_of("Z+-", time);
  return zone == std::string::npos ? std::string() : text.substr(zone);
}

}  // namespace fmferry::odata
