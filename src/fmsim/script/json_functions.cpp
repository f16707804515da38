// SPDX-License-Identifier: Apache-2.0
#include <fmsim/script/functions.hpp>

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>
#include <list>
#include <memory>
#include <optional>

namespace fmsim {
namespace {

using Json = nlohmann::json;  // keys in order, as FileMaker lists them
using JsonPtr = std::shared_ptr<const Json>;

// A script asks the same text for one element after the other.
class Recent {
 public:
  JsonPtr read(const std::string& text) {
    for (auto& [known, json] : recent_) {
      if (known == text) return json;
    }
    return keep(text, std::make_shared<const Json>(Json::parse(text, nullptr, false)));
  }

  JsonPtr keep(const std::string& text, JsonPtr json) {
    recent_.emplace_front(text, json);
    if (recent_.size() > 4) recent_.pop_back();
    return json;
  }

 private:
  std::list<std::pair<std::string, JsonPtr>> recent_;
};

Recent& recent() {
  thread_local Recent k_recent;
  return k_recent;
}

// "a.b[3]" taken apart; numbers are places in an array.
struct Step {
  std::string key;
  std::optional<std::size_t> index;
};

std::vector<Step> steps_of(const std::string& path) {
  std::vector<Step> steps;
  for (std::size_t at = 0; at < path.size();) {
    if (path[at] == '[') {
      const std::size_t end = path.find(']', at);
      std::size_t index = 0;
      const auto* last = path.data() + std::min(end, path.size());
      const auto read = std::from_chars(path.data() + at + 1, last, index);
      if (end == std::string::npos || read.ec != std::errc() || read.ptr != last) {
        throw ScriptProblem("calculation: JSON path " + path + " is not simulated");
      }
      steps.push_back({"", index});
      at = end + 1;
    } else {
      if (path[at] == '.') ++at;
      const std::size_t end = std::min(path.find_first_of(".[", at), path.size());
      steps.push_back({path.substr(at, end - at), std::nullopt});
      at = end;
    }
  }
  return steps;
}

const Json* find(const Json& json, const std::string& path) {
  const Json* at = &json;
  for (const Step& step : steps_of(path)) {
    if (step.index) {
      if (!at->is_array() || *step.index >= at->size()) return nullptr;
      at = &(*at)[*step.index];
    } else {
      if (!at->is_object() || !at->contains(step.key)) return nullptr;
      at = &(*at)[step.key];
    }
  }
  return at;
}

Json json_of(const Value& value, const std::string& type) {
  if (type == "jsonstring") return value.shown();
  if (type == "jsonnumber") {
    const double number = value.as_number();
    if (number == std::floor(number)) return static_cast<std::int64_t>(number);
    return number;
  }
  if (type == "jsonobject" || type == "jsonarray") {
    const auto read = recent().read(value.shown());
    if (!read->is_discarded()) return *read;
    return value.shown();
  }
  throw ScriptProblem("calculation: JSON type " + type + " is not simulated");
}

}  // namespace

Value json_get(const std::string& text, const std::string& path) {
  const auto json = recent().read(text);
  if (json->is_discarded()) return Value::of(std::string(text.empty() ? "" : "?"));
  const Json* found = find(*json, path);
  if (found == nullptr || found->is_null()) return {};
  if (found->is_string()) return Value::of(found->get<std::string>());
  if (found->is_number()) return Value::of(found->get<double>());
  if (found->is_boolean()) return Value::of(found->get<bool>());
  return Value::of(found->dump());
}

Value json_list_keys(const std::string& text, const std::string& path) {
  const auto json = recent().read(text);
  if (json->is_discarded()) return Value::of(std::string(text.empty() ? "" : "?"));
  const Json* found = find(*json, path);
  std::string keys;
  if (found == nullptr) return {};
  std::size_t index = 0;
  for (const auto& [key, value] : found->items()) {
    if (!keys.empty()) keys += '\r';
    keys += found->is_array() ? std::to_string(index++) : key;
  }
  return Value::of(keys);
}

Value json_set(const std::string& text,
               const std::string& path,
               const Value& value,
               const std::string& type) {
  const auto json = recent().read(text);
  if (json->is_discarded()) return Value::of(std::string("?"));
  Json changed = *json;
  Json* at = &changed;
  for (const Step& step : steps_of(path)) {
    if (step.index) {
      at = &(*at)[*step.index];
    } else {
      at = &(*at)[step.key];
    }
  }
  *at = json_of(value, type);
  std::string result = changed.dump();
  recent().keep(result, std::make_shared<const Json>(std::move(changed)));
  return Value::of(std::move(result));
}

}  // namespace fmsim
