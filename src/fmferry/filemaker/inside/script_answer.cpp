// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/inside/script_answer.hpp>

#include <boost/json.hpp>

namespace fmferry::inside {
namespace {

namespace json = boost::json;

constexpr int k_script_missing = 104;

Error no_answer_of_ours(const std::string& script) {
  return {.kind = ErrorKind::corrupt,
          .what = "script '" + script + "' did not answer as it should: is it another one?"};
}

}  // namespace

std::string text_in(const json::object& part, std::string_view name) {
  const auto* value = part.if_contains({name.data(), name.size()});
  return value == nullptr ? std::string() : filemaker::text_of(*value);
}

Result<ScriptAnswer> ask_script(ScriptDoor& door,
                                const std::string& script,
                                const std::string& offer,
                                const json::object& parameter,
                                const CallContext& context) {
  auto text = door.run_script(script, json::serialize(parameter), context);
  if (!text && text.error().origin_code == k_script_missing) {
    text.error().what = "the solution has no script '" + script +
                        "' that this account may run: `fmferry script " + offer +
                        " --how` tells how to get it there";
  }
  if (!text) return fail(std::move(text).error());
  const auto parsed = filemaker::parse_json(*text);
  const auto* object = parsed ? parsed->if_object() : nullptr;
  const auto* results = object == nullptr ? nullptr : filemaker::array_of(*object, "results");
  if (results == nullptr) return fail(no_answer_of_ours(script));
  ScriptAnswer answer;
  for (const auto& each : *results) {
    const auto* part = each.if_object();
    const auto record_id =
        part == nullptr ? std::nullopt : filemaker::integer_of(*part, "recordId");
    if (!record_id) continue;  // whom it is about will miss it
    answer.emplace(std::pair(*record_id, text_in(*part, "container")), *part);
  }
  return answer;
}

}  // namespace fmferry::inside
