// SPDX-License-Identifier: Apache-2.0
#include <fmsim/json_text.hpp>
#include <fmsim/odata/metadata.hpp>
#include <fmsim/tables.hpp>

#include <algorithm>
#include <array>

namespace fmsim::odata {
namespace {

constexpr std::string_view k_container_name = "FileMaker_Container";
constexpr std::string_view k_schema_version = "5a1f0c2d9be84763";

std::string_view edm_type(FieldType type, const ODataSettings& settings) {
  switch (type) {
    case FieldType::text:
      return "Edm.String";
    case FieldType::number:
      return "Edm.Decimal";
    case FieldType::date:
      return "Edm.Date";
    case FieldType::timestamp:
      return "Edm.DateTimeOffset";
    case FieldType::container:
      return settings.has_streams() ? "Edm.Stream" : "Edm.Binary";
  }
  return "Edm.String";
}

struct Set {
  std::string name;
  TableId table;
  bool has_key;
};

std::array<Set, 2> sets(const ODataSettings& settings) {
  return {Set{settings.occurrence, TableId::images, settings.id_is_key},
          Set{std::string(name_of(TableId::patients)), TableId::patients, true}};
}

std::string engine_name(const ODataSettings& settings) {
  constexpr std::array<std::string_view, 3> k_versions{"20.3.2", "21.1.1", "22.0.4"};
  const int at = std::min(2, std::max(0, settings.engine - 20));
  return "OData Engine " + std::string(k_versions[static_cast<std::size_t>(at)]);
}

std::string field_json(const Field& field, const ODataSettings& settings) {
  std::string json = "{";
  if (!field.required) append_raw_member(json, "$Nullable", "true");
  if (field.calculated) append_raw_member(json, "@Calculation", "true");
  if (!field.writable && field.type != FieldType::container) {
    append_member(json, "@Org.OData.Core.V1.Permissions", "Org.OData.Core.V1.Permission@Read");
  }
  append_member(json, "$Type", edm_type(field.type, settings));
  return json + "}";
}

std::string as_json(const ODataSettings& settings) {
  std::string schema = "{";
  append_member(schema, "@Org.OData.Core.V1.SchemaVersion", k_schema_version);
  std::string container = "{";
  append_member(container, "$Kind", "EntityContainer");
  for (const Set& set : sets(settings)) {
    std::string type = "{";
    append_member(type, "$Kind", "EntityType");
    if (set.has_key) append_raw_member(type, "$Key", "[\"id\"]");
    for (const Field& field : fields_of(set.table)) {
      append_raw_member(type, field.name, field_json(field, settings));
    }
    append_raw_member(schema, set.name + "_", type + "}");
    std::string entry = "{\"$Collection\":true";
    append_member(entry, "$Type", std::string(k_database) + "." + set.name + "_");
    append_raw_member(container, set.name, entry + "}");
  }
  append_raw_member(schema, k_container_name, container + "}");
  std::string json = "{";
  append_member(json, "$Version", settings.has_new_names() ? "4.01" : "4.0");
  append_member(json, "@ServerVersion", engine_name(settings));
  append_raw_member(json, k_database, schema + "}");
  return json + "}";
}

std::string attribute(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out + "\"";
}

std::string type_xml(const Set& set, const ODataSettings& settings) {
  std::string xml = "<EntityType Name=" + attribute(set.name + "_") + ">";
  if (set.has_key) xml += "<Key><PropertyRef Name=\"id\"/></Key>";
  for (const Field& field : fields_of(set.table)) {
    xml += "<Property Name=" + attribute(field.name) +
           " Type=" + attribute(edm_type(field.type, settings));
    if (field.required) xml += " Nullable=\"false\"";
    if (!field.calculated) {
      xml += "/>";
      continue;
    }
    xml += "><Annotation Term=\"Org.OData.Core.V1.Computed\" Bool=\"true\"/></Property>";
  }
  return xml + "</EntityType>";
}

std::string as_xml(const ODataSettings& settings) {
  const std::string version = settings.has_new_names() ? "4.01" : "4.0";
  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?><edmx:Edmx Version=\"" + version +
                    "\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">"
                    "<edmx:DataServices><Schema Namespace=" +
                    attribute(k_database) + " xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">";
  std::string container = "<EntityContainer Name=" + attribute(k_container_name) + ">";
  for (const Set& set : sets(settings)) {
    xml += type_xml(set, settings);
    container += "<EntitySet Name=" + attribute(set.name) +
                 " EntityType=" + attribute(std::string(k_database) + "." + set.name + "_") + "/>";
  }
  return xml + container + "</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>";
}

}  // namespace

Reply metadata(const View& view, std::string_view accept, const ODataSettings& settings) {
  if (accept.find("json") != std::string_view::npos) return json_answer(view, as_json(settings));
  return engine_answer(view, "application/xml;charset=utf-8", as_xml(settings));
}

}  // namespace fmsim::odata
