// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/inside/script_answer.hpp>
#include <fmferry/filemaker/inside/script_written_source.hpp>
#include <fmferry/foundation/kill_point.hpp>

#include <boost/json.hpp>

#include <algorithm>

namespace fmferry::inside {
namespace {

namespace json = boost::json;

using filemaker::integer_of;

constexpr int k_record_locked = 301;
constexpr int k_changed_since = 306;

// What the script says about one record.
Result<std::int64_t> outcome_of(const json::object& part) {
  const std::string outcome = text_in(part, "outcome");
  const int code = static_cast<int>(integer_of(part, "error").value_or(0));
  if (outcome == "written" || outcome == "already") {
    const auto mod_id = integer_of(part, "modId");
    if (mod_id) return *mod_id;
    return fail(ErrorKind::corrupt, "the script wrote, but told no modification id");
  }
  if (outcome == "changed") {
    return fail(Error{.kind = ErrorKind::conflict,
                      .what = "the record was changed meanwhile",
                      .origin_code = k_changed_since});
  }
  if (outcome == "locked") {
    return fail(Error{.kind = ErrorKind::conflict,
                      .what = "somebody else is editing the record",
                      .origin_code = k_record_locked});
  }
  if (outcome == "not_found") {
    return fail(ErrorKind::not_found, "the script does not find the record by its id");
  }
  return fail(Error{.kind = ErrorKind::invalid,
                    .what = "the script could not write it (" + outcome + ", FileMaker code " +
                            std::to_string(code) + ")",
                    .origin_code = code});
}

}  // namespace

ScriptWrittenSource::ScriptWrittenSource(Source& inner,
                                         ScriptDoor& door,
                                         ScriptWriteOptions options)
    : ForwardingSource(inner), door_(door), options_(std::move(options)), batch_(options_.batch) {}

SourceCapabilities ScriptWrittenSource::capabilities() const {
  SourceCapabilities can = inner().capabilities();
  can.write_batch = std::max(can.write_batch, options_.batch);
  return can;
}

Status ScriptWrittenSource::check(const CallContext& context) {
  FMF_TRY(inner().check(context));
  if (is_there_) return {};
  const json::object nothing{{"records", json::array()}};
  auto answer = ask_script(door_, options_.script, "mark-and-stamp", nothing, context);
  // No record is to blame for another script under that name.
  if (!answer && answer.error().kind == ErrorKind::corrupt) {
    answer.error().kind = ErrorKind::invalid;
  }
  if (!answer) return fail(std::move(answer).error());
  is_there_ = true;
  return {};
}

bool ScriptWrittenSource::knows(const FieldUpdates& updates) const {
  return std::ranges::all_of(updates, [this](const auto& update) {
    return update.first == options_.mark_field || update.first == options_.stamp_field;
  });
}

std::vector<Result<std::int64_t>> ScriptWrittenSource::write_many(
    std::span<const RecordWrite> writes, const CallContext& context) {
  const bool all_known =
      std::ranges::all_of(writes, [this](const auto& write) { return knows(write.updates); });
  if (!all_known) return inner().write_many(writes, context);
  Written results;
  while (results.size() < writes.size()) {
    const auto left = writes.subspan(results.size());
    const auto some = left.first(std::min(left.size(), static_cast<std::size_t>(batch_.load())));
    const auto written = write_some(some, context);
    if (written) {
      results.insert(results.end(), written->begin(), written->end());
      continue;
    }
    batch_ = std::max(1, static_cast<int>(some.size() / 2));
    const bool for_all = ends_a_batch(written.error());
    const Result<std::int64_t> failed = fail(written.error());
    results.resize(for_all ? writes.size() : results.size() + some.size(), failed);
  }
  return results;
}

Result<ScriptWrittenSource::Written> ScriptWrittenSource::write_some(
    std::span<const RecordWrite> writes, const CallContext& context) {
  json::array list;
  for (const auto& write : writes) {
    FMF_TRY_ASSIGN(const std::string id, options_.id_of(write.record_id));
    json::object item{{"id", id}, {"recordId", std::to_string(write.record_id)}};
    if (write.expected_mod_id) item["modId"] = std::to_string(*write.expected_mod_id);
    for (const auto& [field, value] : write.updates) {
      item[field == options_.mark_field ? "mark" : "stamp"] = value;
    }
    list.push_back(std::move(item));
  }
  const json::object parameter{{"records", std::move(list)}};
  FMF_KILL_POINT("inside.write.before");
  auto answer = ask_script(door_, options_.script, "mark-and-stamp", parameter, context);
  FMF_KILL_POINT("inside.write.after");
  if (!answer && answer.error().kind == ErrorKind::in_doubt) {
    answer.error().kind = ErrorKind::unavailable;
  }
  if (!answer) return fail(std::move(answer).error());
  Written results;
  for (const auto& write : writes) {
    const auto part = answer->find({write.record_id, ""});
    if (part != answer->end()) {
      results.push_back(outcome_of(part->second));
    } else {
      results.emplace_back(fail(ErrorKind::corrupt, "the script said nothing about the record"));
    }
  }
  return results;
}

}  // namespace fmferry::inside
