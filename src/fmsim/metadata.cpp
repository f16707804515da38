// SPDX-License-Identifier: Apache-2.0
#include <fmsim/json_text.hpp>
#include <fmsim/metadata.hpp>

#include <algorithm>

namespace fmsim {
namespace {

std::string field_json(std::string_view name, const Field& field, bool old_form) {
  std::string json = "{";
  append_member(json, "name", name);
  append_member(json, "type", field.calculated ? "calculation" : "normal");
  append_member(json, "displayType", field.type == FieldType::date ? "calendar" : "editText");
  append_member(json, "result", name_of(field.type));
  if (field.name == "category") append_member(json, "valueList", "Categories");
  append_raw_member(json, "global", old_form ? "\"false\"" : "false");
  append_raw_member(json, "autoEnter", field.required ? "true" : "false");
  append_raw_member(json, "fourDigitYear", "false");
  append_raw_member(json, old_form ? "repetitions" : "maxRepeat", "1");
  append_raw_member(json, "maxCharacters", "0");
  append_raw_member(json, "notEmpty", field.required ? "true" : "false");
  append_raw_member(json, "numeric", "false");
  append_raw_member(json, "timeOfDay", "false");
  append_raw_member(json, "repetitionStart", "1");
  append_raw_member(json, "repetitionEnd", "1");
  return json + "}";
}

std::string fields_json(const Layout& layout, bool old_form) {
  std::string json = "[";
  for (const std::size_t at : layout.shown) {
    const Field& field = fields_of(layout.table)[at];
    if (json.size() > 1) json += ',';
    json += field_json(field.name, field, old_form);
  }
  return json + "]";
}

std::string portals_json(const Layout& layout) {
  std::string json = "{";
  if (layout.has_portal) {
    const auto fields = fields_of(TableId::images);
    std::string shown = "[";
    shown += field_json("API_Images::id", fields[image_field::id], false);
    shown += ',';
    shown += field_json("API_Images::image_date", fields[image_field::image_date], false);
    append_raw_member(json, k_portal, shown + "]");
  }
  return json + "}";
}

std::string value_lists_json(const Layout& layout) {
  if (!layout.shows(image_field::category) || layout.table != TableId::images) return "[]";
  std::string values = "[";
  for (const std::string_view value : {"Before", "After", "Scan", "Consent"}) {
    values += values.size() > 1 ? ",{" : "{";
    append_member(values, "value", value);
    append_member(values, "displayValue", value);
    values += '}';
  }
  std::string json = "[{";
  append_member(json, "name", "Categories");
  append_member(json, "type", "customList");
  append_raw_member(json, "values", values + "]");
  return json + "}]";
}

}  // namespace

Reply product_info() {
  Reply reply =
      answer(R"({"productInfo":{"name":"FileMaker Data API Engine","dateFormat":"MM/dd/yyyy",)"
             R"("timeFormat":"HH:mm:ss","timeStampFormat":"MM/dd/yyyy HH:mm:ss"}})");
  std::erase_if(reply.headers, [](const auto& header) {
    return header.first == "ETag" || header.first == "Cache-Control";
  });
  return reply;
}

Reply layout_list() {
  return answer(
      R"({"layouts":[{"name":"API_Images","table":""},{"name":"API_Patients","table":""},{"name":"API_Images_Checked","table":""},)"
      R"({"name":"-","table":""},{"name":"Service","isFolder":true,"folderLayoutNames":)"
      R"([{"name":"API_Image_Keys","table":""}]}]})");
}

Reply script_list(const std::vector<std::string>& more) {
  std::string scripts =
      R"({"scripts":[{"name":"Ping","isFolder":false},{"name":"-","isFolder":false},)"
      R"({"name":"Export","isFolder":true,"folderScriptNames":[)"
      R"({"name":"Stamp batch","isFolder":false},{"name":"Mark batch","isFolder":false}]})";
  for (const std::string& name : more) {
    scripts += ",{";
    std::string script = "{";
    append_member(script, "name", name);
    append_raw_member(script, "isFolder", "false");
    scripts += script.substr(1) + "}";
  }
  return answer(scripts + "]}");
}

Reply layout_metadata(const Layout& layout) {
  std::string response = "{";
  append_raw_member(response, "fieldMetaData", fields_json(layout, false));
  append_raw_member(response, "portalMetaData", portals_json(layout));
  append_raw_member(response, "valueLists", value_lists_json(layout));
  return answer(response + "}");
}

Reply old_layout_metadata(const Layout& layout) {
  std::string response = "{";
  append_raw_member(response, "metaData", fields_json(layout, true));
  return answer(response + "}");
}

}  // namespace fmsim
