// SPDX-License-Identifier: Apache-2.0
#include <fmsim/dates.hpp>
#include <fmsim/digest.hpp>
#include <fmsim/error_codes.hpp>
#include <fmsim/odata/body.hpp>
#include <fmsim/odata/instant.hpp>
#include <fmsim/odata/path.hpp>
#include <fmsim/odata/problem.hpp>

#include <nlohmann/json.hpp>

#include <charconv>

namespace fmsim::odata {
namespace {

using Json = nlohmann::json;

constexpr std::string_view k_no_name = "Untitled";
constexpr const char* k_file_name = "@com.filemaker.odata.Filename";
constexpr const char* k_content_type = "@com.filemaker.odata.ContentType";

Json read_json(const Call& call) {
  if (!call.content_type.starts_with("application/json")) {
    throw Problem{415, "-1002", "The Content-Type must be application/json"};
  }
  Json json = Json::parse(call.body, nullptr, false);
  if (!json.is_object()) throw url_problem("The body is no JSON object");
  return json;
}

Problem wrong_type(std::string_view name) {
  return {
      400, "8309", "The value for the field '" + std::string(name) + "' is of another type (9)"};
}

bool is_number(const std::string& text) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

std::optional<std::string> stored_text(FieldType type,
                                       const std::string& text,
                                       const ODataSettings& settings) {
  if (type == FieldType::date) return read_date(text, DateStyle::iso);
  if (type == FieldType::timestamp) return read_instant(text, settings.offset);
  if (type == FieldType::number && !is_number(text)) return std::nullopt;
  return text;
}

std::string stored(const Field& field, const Json& value, const ODataSettings& settings) {
  if (!field.writable) throw filemaker_problem(code::field_not_modifiable);
  const bool empty = value.is_null() || value == "";
  if (empty && field.required) throw filemaker_problem(code::value_required);
  if (empty) return {};
  if (field.type == FieldType::number && value.is_number()) return value.dump();
  if (!value.is_string()) throw wrong_type(field.name);
  auto text = stored_text(field.type, value.get<std::string>(), settings);
  if (!text) throw wrong_type(field.name);
  return *std::move(text);
}

// Bytes that say what they are win over what the client calls them.
std::string sniffed(std::string_view bytes, const std::string& told) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return "image/jpeg";
  if (bytes.starts_with("\x89PNG")) return "image/png";
  if (bytes.starts_with("GIF8")) return "image/gif";
  if (bytes.starts_with("%PDF")) return "application/pdf";
  if (bytes.starts_with("II*") || bytes.starts_with("MM")) return "image/tiff";
  return told.empty() ? "application/octet-stream" : told;
}

std::string extension_of(std::string_view media_type) {
  if (media_type == "image/jpeg") return ".jpg";
  const std::size_t slash = media_type.find('/');
  const bool known = media_type.starts_with("image/") || media_type == "application/pdf";
  return known ? "." + std::string(media_type.substr(slash + 1)) : ".bin";
}

Upload make_upload(std::string bytes, std::string name, const std::string& told) {
  std::string type = sniffed(bytes, told);
  if (name.empty()) name = std::string(k_no_name) + extension_of(type);
  return {std::move(name), std::move(type), std::make_shared<const std::string>(std::move(bytes))};
}

std::string member(const Json& body, const std::string& name) {
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Upload> read_container(const Json& body, const std::string& name) {
  const Json& value = body.at(name);
  if (value.is_null()) return std::nullopt;
  if (!value.is_string()) throw wrong_type(name);
  const std::string text = value.get<std::string>();
  std::string bytes = base64_decoded(text);
  if (bytes.empty() && !text.empty()) throw wrong_type(name);
  return make_upload(
      std::move(bytes), member(body, name + k_file_name), member(body, name + k_content_type));
}

// The value of a parameter of Content-Disposition, without quotes.
std::string parameter(std::string_view header, std::string_view name) {
  const std::size_t at = header.find(name);
  if (at == std::string_view::npos) return {};
  std::string_view value = header.substr(at + name.size());
  value = value.substr(0, value.find(';'));
  if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
  return std::string(value);
}

}  // namespace

RecordChange read_change(const Call& call, TableId table, const ODataSettings& settings) {
  const Json body = read_json(call);
  RecordChange change;
  change.table = table;
  for (const auto& [name, value] : body.items()) {
    if (name.find('@') != std::string::npos) continue;
    const auto field = field_of(table, name);
    if (!field) throw unknown_field(name);
    if (const auto container = container_of(table, *field)) {
      change.containers[*container] = read_container(body, name);
    } else {
      change.fields[*field] = stored(fields_of(table)[*field], value, settings);
    }
  }
  return change;
}

Upload read_upload(const Call& call) {
  constexpr std::string_view k_extended = "filename*=UTF-8''";
  std::string name = decoded(parameter(call.content_disposition, k_extended));
  if (name.empty()) name = parameter(call.content_disposition, "filename=");
  return make_upload(call.body, std::move(name), call.content_type);
}

}  // namespace fmsim::odata
