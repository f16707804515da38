// SPDX-License-Identifier: Apache-2.0
#include <fmsim/error_codes.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/scripts.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace fmsim {
namespace {

using Json = nlohmann::json;

constexpr int k_unexpected = 951;

std::optional<std::uint64_t> record_with_id(const Records& records, const std::string& id) {
  std::optional<std::uint64_t> found;
  records.walk(TableId::images, 0, [&](std::uint64_t slot) {
    if (records.value(TableId::images, slot, image_field::id) == id)
      found = records.record_id(slot);
    return !found;
  });
  return found;
}

std::optional<std::uint64_t> record_named_by(const Records& records, const Json& item) {
  if (item.is_number_unsigned()) return item.get<std::uint64_t>();
  if (item.is_string()) return record_with_id(records, item.get<std::string>());
  if (!item.is_object()) return std::nullopt;
  if (item.contains("recordId")) {
    const Json& id = item["recordId"];
    if (id.is_number_unsigned()) return id.get<std::uint64_t>();
    const std::string text = id.is_string() ? id.get<std::string>() : "";
    const bool digits =
        !text.empty() && text.size() < 19 &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits) return std::stoull(text);
  }
  if (item.contains("id") && item["id"].is_string()) {
    return record_with_id(records, item["id"].get<std::string>());
  }
  return std::nullopt;
}

std::optional<std::string> member(const Json& item, const char* name) {
  if (!item.is_object() || !item.contains(name) || !item[name].is_string()) return std::nullopt;
  return item[name].get<std::string>();
}

// What a batch writes into one record; nothing when the item makes no sense.
std::optional<FieldValues> stamp_values(const Json& item) {
  const auto given = member(item, "stamp");
  if (!given) return FieldValues{{image_field::exported, timestamp_now()}};
  const auto stamp = read_timestamp(*given, DateStyle::us);
  if (!stamp) return std::nullopt;
  return FieldValues{{image_field::exported, *stamp}};
}

std::optional<FieldValues> mark_values(const Json& item) {
  const auto field = member(item, "field");
  if (!field) return std::nullopt;
  return FieldValues{{image_field::best, *field}};
}

template <class Values>
ScriptOutcome run_batch(Records& records, const std::string& parameter, const Values& values_of) {
  const Json items = Json::parse(parameter, nullptr, false);
  if (!items.is_array()) return {R"({"done":0,"failed":0})", code::parameter_invalid};
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  for (const Json& item : items) {
    const auto record = record_named_by(records, item);
    const auto values = values_of(item);
    const bool good =
        record && values && records.edit(TableId::images, *record, *values, std::nullopt).code == 0;
    ++(good ? done : failed);
  }
  return {"{\"done\":" + std::to_string(done) + ",\"failed\":" + std::to_string(failed) + "}", 0};
}

}  // namespace

void Scripts::load(const std::string& xml, const std::string& name) {
  Program program = read_program(xml);
  const std::string called = program.name.empty() ? name : program.name;
  if (!loaded_.emplace(called, std::move(program)).second) {
    throw ScriptProblem("there are two scripts " + called);
  }
}

ScriptOutcome Scripts::run(const ScriptCall& call) const {
  if (const auto found = loaded_.find(call.name); found != loaded_.end()) {
    try {
      return {ScriptMachine(place_, call.parameter).run(found->second), 0};
    } catch (const ScriptProblem& problem) {
      throw Refusal{k_unexpected, "script " + call.name + ": " + problem.what()};
    }
  }
  if (call.name == "Ping") return {call.parameter, 0};
  if (call.name == "Stamp batch") return run_batch(place_.records, call.parameter, stamp_values);
  if (call.name == "Mark batch") return run_batch(place_.records, call.parameter, mark_values);
  throw Refusal{code::script_missing};
}

std::vector<std::string> Scripts::loaded_names() const {
  std::vector<std::string> names;
  for (const auto& [name, program] : loaded_) names.push_back(name);
  return names;
}

ScriptsAround::ScriptsAround(const Scripts& scripts, const ScriptCalls& calls)
    : scripts_(scripts), calls_(calls) {
  run(calls_.prerequest, ".prerequest");
}

void ScriptsAround::run(const std::optional<ScriptCall>& call, std::string_view suffix) {
  if (!call) return;
  const ScriptOutcome outcome = scripts_.run(*call);
  append_member(members_, "scriptResult" + std::string(suffix), outcome.result);
  append_member(members_, "scriptError" + std::string(suffix), std::to_string(outcome.error));
}

Reply ScriptsAround::answered(std::string response) {
  run(calls_.presort, ".presort");
  run(calls_.after, "");
  if (!members_.empty()) {
    response.insert(1, members_ + (response == "{}" ? "" : ","));
  }
  return answer(response);
}

}  // namespace fmsim
