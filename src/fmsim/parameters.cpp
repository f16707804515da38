// SPDX-License-Identifier: Apache-2.0
#include <fmsim/error_codes.hpp>
#include <fmsim/parameters.hpp>

#include <nlohmann/json.hpp>

#include <charconv>

namespace fmsim {
namespace {

using Json = nlohmann::json;

std::uint64_t positive(const std::string& text) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || value == 0) {
    throw Refusal{code::parameter_invalid};
  }
  return value;
}

std::vector<SortKey> read_sort(const std::string& text, TableId table) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) throw Refusal{code::parameter_invalid};
  std::vector<SortKey> keys;
  for (const Json& each : json) {
    if (!each.is_object() || !each.contains("fieldName") || !each["fieldName"].is_string()) {
      throw Refusal{code::parameter_invalid};
    }
    const auto field = field_of(table, each["fieldName"].get<std::string>());
    if (!field) throw Refusal{code::field_missing};
    const auto order = each.value("sortOrder", Json("ascend"));
    keys.push_back({*field, order.is_string() && order.get<std::string>() == "descend"});
  }
  return keys;
}

std::set<std::string> read_portals(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_array()) throw Refusal{code::parameter_invalid};
  std::set<std::string> names;
  for (const Json& each : json) {
    if (!each.is_string()) throw Refusal{code::parameter_invalid};
    names.insert(each.get<std::string>());
  }
  return names;
}

DateStyle read_dates(const std::string& text) {
  if (text == "0") return DateStyle::us;
  if (text == "1") return DateStyle::file;
  if (text == "2") return DateStyle::iso;
  throw Refusal{code::parameter_invalid};
}

const Layout* read_shape(const std::string& name, const Layout& layout) {
  const Layout* shape = find_layout(name);
  if (shape == nullptr || shape->table != layout.table) throw Refusal{code::layout_missing};
  return shape;
}

// True when the parameter is one of script, script.prerequest, script.presort or their .param.
bool read_script(const std::string& name, const std::string& value, ScriptCalls& scripts) {
  if (name != "script" && !name.starts_with("script.")) return false;
  std::string which = name.substr(6);
  const bool parameter = which.ends_with(".param");
  if (parameter) which.resize(which.size() - 6);
  std::optional<ScriptCall>* call = nullptr;
  if (which.empty()) call = &scripts.after;
  if (which == ".prerequest") call = &scripts.prerequest;
  if (which == ".presort") call = &scripts.presort;
  if (call == nullptr) return false;
  if (!*call) call->emplace();
  (parameter ? (*call)->parameter : (*call)->name) = value;
  return true;
}

void drop_nameless(ScriptCalls& scripts) {
  for (auto* call : {&scripts.prerequest, &scripts.presort, &scripts.after}) {
    if (*call && (*call)->name.empty()) call->reset();
  }
}

[[noreturn]] void refuse_unknown(const std::string& name) {
  throw Refusal{code::parameter_invalid, "Unknown parameter(s): " + name};
}

}  // namespace

Parameters from_query(const Target& target) {
  Parameters given;
  for (const auto& [name, value] : target.query) {
    const bool bare = name.starts_with("offset") || name.starts_with("limit") || name == "sort";
    if (bare) refuse_unknown(name);
    const bool underscored =
        name.starts_with("_offset") || name.starts_with("_limit") || name == "_sort";
    given[underscored ? name.substr(1) : name] = value;
  }
  return given;
}

Parameters from_body(const Json& body) {
  Parameters given;
  for (const auto& [name, value] : body.items()) {
    given[name] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return given;
}

ReadOptions read_options(const Parameters& given,
                         const Layout& layout,
                         const std::set<std::string>& known) {
  ReadOptions options;
  options.shape = &layout;
  for (const auto& [name, value] : given) {
    if (known.contains(name) || read_script(name, value, options.scripts)) continue;
    if (name == "offset")
      options.offset = positive(value);
    else if (name == "limit")
      options.limit = positive(value);
    else if (name == "sort")
      options.sort = read_sort(value, layout.table);
    else if (name == "portal")
      options.portals = read_portals(value);
    else if (name.starts_with("offset."))
      options.portal_offset = positive(value);
    else if (name.starts_with("limit."))
      options.portal_limit = positive(value);
    else if (name == "layout.response")
      options.shape = read_shape(value, layout);
    else if (name == "dateformats")
      options.dates = read_dates(value);
    else
      refuse_unknown(name);
  }
  drop_nameless(options.scripts);
  return options;
}

ReadOptions write_options(const Parameters& given,
                          const Layout& layout,
                          const std::set<std::string>& known) {
  ReadOptions options;
  options.shape = &layout;
  for (const auto& [name, value] : given) {
    if (known.contains(name) || read_script(name, value, options.scripts)) continue;
    if (name == "dateformats")
      options.dates = read_dates(value);
    else
      refuse_unknown(name);
  }
  drop_nameless(options.scripts);
  return options;
}

Json read_body(const std::string& body, const std::string& content_type) {
  if (!content_type.starts_with("application/json")) {
    throw Refusal{code::value_invalid, "Content-Type must be application/json", 415};
  }
  Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) throw Refusal{code::parameter_invalid, "Parameter is invalid: JSON", 400};
  return json;
}

}  // namespace fmsim
