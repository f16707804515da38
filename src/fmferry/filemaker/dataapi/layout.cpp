// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/dataapi/envelope.hpp>
#include <fmferry/filemaker/dataapi/layout.hpp>
#include <fmferry/foundation/nearest.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace fmferry::dataapi {
namespace {

using filemaker::array_of;
using filemaker::integer_of;
using filemaker::text_of;

namespace json = boost::json;

std::string text_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value == nullptr ? std::string() : text_of(*value);
}

int number_member(const json::object& object, std::string_view name, int otherwise) {
  const auto number = integer_of(object, name);
  return number && *number >= 1 && *number <= 32'000 ? static_cast<int>(*number) : otherwise;
}

// Older servers write their flags as texts.
bool flag_member(const json::object& object, std::string_view name) {
  const std::string flag = text_member(object, name);
  return flag == "1" || flag == "true";
}

LayoutField read_field(const json::object& entry) {
  LayoutField field;
  field.name = text_member(entry, "name");
  field.is_container = text_member(entry, "result") == "container";
  field.is_global = flag_member(entry, "global");
  field.fills_itself = flag_member(entry, "autoEnter");
  const std::string type = text_member(entry, "type");
  field.is_calculated = type == "calculation" || type == "summary";
  field.first_repetition = number_member(entry, "repetitionStart", 1);
  field.last_repetition =
      number_member(entry, "repetitionEnd", number_member(entry, "maxRepeat", 1));
  return field;
}

Error missing_field(const std::string& name, const DataApiOptions& options, const Layout& layout) {
  std::vector<std::string> names;
  for (const auto& field : layout.fields) names.push_back(field.name);
  std::string what =
      "field '" + name + "' is not on layout '" + options.layout + "': place it there";
  const std::string like = nearest(name, names);
  if (!like.empty()) what += ", or did you mean '" + like + "'?";
  return {.kind = ErrorKind::invalid, .what = std::move(what)};
}

Result<const LayoutField*> require(const std::string& name,
                                   const DataApiOptions& options,
                                   const Layout& layout) {
  const FieldName parsed = parse_field_name(name);
  const auto* field = layout.find(name);
  if (field == nullptr) field = layout.find(parsed.base);
  if (field == nullptr) return fail(missing_field(name, options, layout));
  if (parsed.repetition > field->last_repetition && field->name != name) {
    return fail(ErrorKind::invalid,
                "field '" + parsed.base + "' shows repetitions up to " +
                    std::to_string(field->last_repetition) + " on layout '" + options.layout +
                    "', not '" + name + "'");
  }
  return field;
}

}  // namespace

const LayoutField* Layout::find(std::string_view name) const {
  const auto found = std::ranges::find(fields, name, &LayoutField::name);
  return found == fields.end() ? nullptr : &*found;
}

Result<Layout> read_layout(const json::object& response) {
  const auto* entries = array_of(response, "fieldMetaData");
  if (entries == nullptr) {
    return fail(ErrorKind::corrupt, "the layout's description has no fieldMetaData");
  }
  Layout layout;
  for (const auto& entry : *entries) {
    if (const auto* object = entry.if_object(); object != nullptr) {
      layout.fields.push_back(read_field(*object));
    }
  }
  return layout;
}

FieldName parse_field_name(std::string_view name) {
  const auto bracket = name.rfind('(');
  if (bracket == std::string_view::npos || bracket == 0 || !name.ends_with(')')) {
    return {.base = std::string(name)};
  }
  const auto digits = name.substr(bracket + 1, name.size() - bracket - 2);
  int repetition = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), repetition);
  if (error != std::errc{} || end != digits.data() + digits.size() || repetition < 1) {
    return {.base = std::string(name)};
  }
  return {.base = std::string(name.substr(0, bracket)), .repetition = repetition};
}

RecordShape shape_for(const DataApiOptions& options, const Layout& layout) {
  RecordShape shape{.containers = options.containers, .fields = options.fields};
  for (const auto& field : layout.fields) {
    if (!field.is_container && options.fields.empty()) shape.fields.push_back(field.name);
    if (!field.is_container || field.is_global || !options.containers.empty()) continue;
    if (field.last_repetition == 1) shape.containers.push_back(field.name);
    for (int n = field.first_repetition; field.last_repetition > 1 && n <= field.last_repetition;
         ++n) {
      shape.containers.push_back(field.name + "(" + std::to_string(n) + ")");
    }
  }
  return shape;
}

Status check_fields(const DataApiOptions& options, const Layout& layout) {
  for (const auto& name : options.containers) {
    FMF_TRY_ASSIGN(const auto* field, require(name, options, layout));
    if (!field->is_container) {
      return fail(ErrorKind::invalid,
                  "field '" + name + "' is no container: name it among the fields to read instead");
    }
  }
  for (const auto& name : options.fields) {
    FMF_TRY_ASSIGN(const auto* field, require(name, options, layout));
    if (field->is_container) {
      return fail(ErrorKind::invalid,
                  "field '" + name + "' is a container: its text says nothing; choose another");
    }
  }
  for (const auto& name : options.written_fields) {
    FMF_TRY_ASSIGN(const auto* field, require(name, options, layout));
    if (field->is_container || field->is_calculated) {
      return fail(ErrorKind::invalid,
                  "field '" + name + "' can't be written: it is a container or a calculation");
    }
    if (field->is_global) {
      return fail(ErrorKind::invalid,
                  "field '" + name + "' is global: it holds one value for all records");
    }
  }
  if (shape_for(options, layout).containers.empty()) {
    return fail(ErrorKind::invalid,
                "layout '" + options.layout + "' shows no container field: place one there");
  }
  return {};
}

}  // namespace fmferry::dataapi
