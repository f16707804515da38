// SPDX-License-Identifier: Apache-2.0
#include <fmsim/data_api.hpp>
#include <fmsim/error_codes.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/scripts.hpp>

#include <nlohmann/json.hpp>

#include <charconv>

namespace fmsim {
namespace {

using Json = nlohmann::json;

// What `options` in a body switches off.
struct Bypass {
  bool validation{false};
  bool prohibition{false};
};

Bypass read_bypass(const Json& body) {
  const Json none = Json::object();
  const Json& options = body.contains("options") ? body["options"] : none;
  const auto is_script = [&](const char* name) {
    return options.is_object() && options.contains(name) && options[name] == "script";
  };
  return {is_script("entrymode"), is_script("prohibitmode")};
}

std::string checked(const Field& field, const Json& value, DateStyle style, const Bypass& bypass) {
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (field.required && text.empty() && !bypass.validation) throw Refusal{code::value_required};
  if (field.type != FieldType::date && field.type != FieldType::timestamp) return text;
  const auto stored =
      field.type == FieldType::date ? read_date(text, style) : read_timestamp(text, style);
  if (!stored) throw Refusal{code::date_invalid};
  return *stored;
}

FieldValues read_values(const Json& body, const Layout& layout, DateStyle style) {
  if (!body.contains("fieldData")) throw Refusal{code::parameter_missing};
  if (!body["fieldData"].is_object()) throw Refusal{code::parameter_invalid};
  const Bypass bypass = read_bypass(body);
  FieldValues values;
  for (const auto& [given, value] : body["fieldData"].items()) {
    const std::string name = given.ends_with("(1)") ? given.substr(0, given.size() - 3) : given;
    const auto at = field_of(layout.table, name);
    if (!at || !layout.shows(*at)) throw Refusal{code::field_missing};
    const Field& field = fields_of(layout.table)[*at];
    const bool prohibited = !field.writable && !bypass.prohibition;
    if (prohibited || field.type == FieldType::container) throw Refusal{code::field_not_modifiable};
    values[*at] = checked(field, value, style, bypass);
  }
  return values;
}

std::uint64_t read_mod_id(const std::string& text) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    throw Refusal{code::parameter_invalid};
  }
  return value;
}

std::optional<std::uint64_t> expected_mod_id(const Parameters& given) {
  const auto found = given.find("modId");
  if (found == given.end()) return std::nullopt;
  return read_mod_id(found->second);
}

std::string with_ids(const WriteResult& result, bool with_record) {
  if (result.code != 0) throw Refusal{result.code};
  std::string response = "{";
  if (with_record) append_member(response, "recordId", std::to_string(result.record_id));
  append_member(response, "modId", std::to_string(result.mod_id));
  return response + "}";
}

}  // namespace

Reply DataApi::create(const Route& route, const Call& call) {
  const Layout& layout = layout_of(route);
  const Json body = read_body(call.body, call.content_type);
  const ReadOptions options =
      write_options(from_body(body), layout, {"fieldData", "portalData", "options"});
  const FieldValues values = read_values(body, layout, options.dates);
  ScriptsAround scripts(scripts_, options.scripts);
  return scripts.answered(with_ids(records_.create(layout.table, values), true));
}

Reply DataApi::edit(const Route& route, const Call& call) {
  const Layout& layout = layout_of(route);
  const Json body = read_body(call.body, call.content_type);
  const Parameters given = from_body(body);
  const ReadOptions options =
      write_options(given, layout, {"fieldData", "portalData", "options", "modId"});
  const std::uint64_t record_id = record_id_of(route);
  if (!records_.slot_of(layout.table, record_id)) throw Refusal{code::record_missing};
  const FieldValues values = read_values(body, layout, options.dates);
  ScriptsAround scripts(scripts_, options.scripts);
  return scripts.answered(
      with_ids(records_.edit(layout.table, record_id, values, expected_mod_id(given)), false));
}

Reply DataApi::duplicate(const Route& route, const Call& call) {
  const Layout& layout = layout_of(route);
  const Json body = call.body.empty() ? Json::object() : read_body(call.body, call.content_type);
  const ReadOptions options = write_options(from_body(body), layout, {});
  ScriptsAround scripts(scripts_, options.scripts);
  return scripts.answered(with_ids(records_.duplicate(layout.table, record_id_of(route)), true));
}

Reply DataApi::remove(const Route& route, const Target& target) {
  const Layout& layout = layout_of(route);
  const ReadOptions options = write_options(from_query(target), layout, {});
  ScriptsAround scripts(scripts_, options.scripts);
  const WriteResult result = records_.remove(layout.table, record_id_of(route));
  if (result.code != 0) throw Refusal{result.code};
  return scripts.answered("{}");
}

Reply DataApi::upload(const Route& route, const Target& target, const Call& call) {
  const Layout& layout = layout_of(route);
  if (!call.content_type.starts_with("multipart/form-data")) {
    throw Refusal{code::value_invalid, "Content-Type must be multipart/form-data", 415};
  }
  const auto field = field_of(layout.table, route.field);
  if (!field || !layout.shows(*field) || route.repetition != "1")
    throw Refusal{code::field_missing};
  const auto container = container_of(layout.table, *field);
  if (!container) throw Refusal{code::field_not_modifiable};
  const auto part = call.files.find("upload");
  if (part == call.files.end()) throw Refusal{code::parameter_missing};
  const std::uint64_t record_id = record_id_of(route);
  const auto slot = records_.slot_of(layout.table, record_id);
  if (!slot) throw Refusal{code::record_missing};
  const auto wanted = target.parameter("modId");
  if (wanted && read_mod_id(*wanted) != records_.mod_id(layout.table, *slot)) {
    throw Refusal{code::mod_id_differs};
  }
  const FormFile& file = part->second;
  const std::string type = file.media_type.empty() ? "application/octet-stream" : file.media_type;
  auto bytes = std::make_shared<const std::string>(file.bytes);
  return answer(with_ids(
      records_.upload(record_id, *container, {file.file_name, type, std::move(bytes)}), false));
}

Reply DataApi::run_one(const Route& route, const Target& target) {
  layout_of(route);
  const std::string parameter = target.parameter("script.param").value_or("");
  const ScriptOutcome outcome = scripts_.run({route.field, parameter});
  std::string response = "{";
  append_member(response, "scriptResult", outcome.result);
  append_member(response, "scriptError", std::to_string(outcome.error));
  return answer(response + "}");
}

}  // namespace fmsim
