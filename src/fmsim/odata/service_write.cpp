// SPDX-License-Identifier: Apache-2.0
#include <fmsim/error_codes.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/odata/body.hpp>
#include <fmsim/odata/query.hpp>
#include <fmsim/odata/service.hpp>
#include <fmsim/scripts.hpp>

#include <nlohmann/json.hpp>

namespace fmsim::odata {
namespace {

Reply with_count(Reply reply, std::size_t rows) {
  reply.headers.emplace_back("fmodata.affected_rows", std::to_string(rows));
  return reply;
}

}  // namespace

Problem Service::refused(const ChangesResult& result) {
  return result.code == code::record_missing ? unknown_record() : filemaker_problem(result.code);
}

std::vector<RecordChange> Service::read_changes(const Request& request) const {
  const TableId table = request.set->table;
  RecordChange change;
  change.table = table;
  if (request.kind == RouteKind::remove) change.what = RecordChange::What::remove;
  if (request.kind == RouteKind::create) change.what = RecordChange::What::create;
  if (request.kind == RouteKind::upload) {
    change.containers[*request.container] = read_upload(request.call);
  } else if (request.kind != RouteKind::remove) {
    const auto what = change.what;
    change = read_change(request.call, table, settings_.odata);
    change.what = what;
  }
  if (change.what == RecordChange::What::create || request.path.key) {
    if (request.path.key) change.record_id = records_.record_id(slot_of(request));
    check_unique(request, {change});
    return {change};
  }
  if (!request.path.options.contains("$filter")) {
    throw url_problem("A change of several records needs $filter");
  }
  const Query query = read_query(request.path, table, settings_.odata);
  std::vector<RecordChange> changes;
  for (const std::uint64_t slot : matching(query, records_, table)) {
    change.record_id = records_.record_id(slot);
    changes.push_back(change);
  }
  return changes;
}

// Keys are unique among what is entered from now on; what the clinic brought along stays.
void Service::check_unique(const Request& request, const std::vector<RecordChange>& changes) const {
  if (!request.set->has_key) return;
  for (const RecordChange& change : changes) {
    const auto id = change.fields.find(0);
    if (id == change.fields.end()) continue;
    const auto other = records_.slot_with_id(change.table, id->second);
    if (other && records_.record_id(*other) != change.record_id) {
      throw filemaker_problem(code::value_not_unique);
    }
  }
}

Reply Service::write(const Request& request) {
  const std::vector<RecordChange> changes = read_changes(request);
  const bool by_filter = !request.path.key && request.kind != RouteKind::create;
  const ChangesResult result =
      records_.change_all(changes, by_filter && settings_.odata.skips_locked);
  if (result.code != 0) throw refused(result);
  return written(request, result.done);
}

// Old engines call it Ok in a batch, although nothing follows.
int Service::silent_status(const Request& request) const {
  return request.in_batch && reads_whole_parts() ? 200 : 204;
}

Reply Service::written(const Request& request, const std::vector<WriteResult>& done) const {
  std::vector<std::uint64_t> slots;
  for (const WriteResult& each : done) {
    const auto slot = records_.slot_of(request.set->table, each.record_id);
    if (each.code == 0) slots.push_back(slot.value_or(0));
  }
  if (request.kind == RouteKind::create) return created(request, slots.front());
  const bool silent = request.view.minimal || request.in_batch || request.kind == RouteKind::remove;
  if (silent) {
    return with_count(empty_answer(request.view, silent_status(request)), slots.size());
  }
  const EntityWriter entities = writer(request);
  const auto columns = entities.columns(std::nullopt);
  if (request.path.key) {
    std::string body = "{";
    entities.append_context(body, "/$entity");
    entities.append_members(body, slots.front(), columns);
    return with_count(json_answer(request.view, body + "}"), 1);
  }
  std::string body = "{";
  entities.append_context(body, "");
  append_key(body, "value");
  body += '[';
  for (const std::uint64_t slot : slots) {
    body += body.back() == '[' ? "{" : ",{";
    entities.append_members(body, slot, columns);
    body += '}';
  }
  return with_count(json_answer(request.view, body + "]}"), slots.size());
}

Reply Service::script(const Request& request) {
  ScriptCall call;
  call.name = request.path.set.substr(request.path.set.find('.') + 1);
  if (!request.call.body.empty()) {
    const nlohmann::json body = nlohmann::json::parse(request.call.body, nullptr, false);
    if (!body.is_object()) throw url_problem("The body is no JSON object");
    const auto given = body.find("scriptParameterValue");
    if (given != body.end() && !given->is_null()) {
      call.parameter = given->is_string() ? given->get<std::string>() : given->dump();
    }
  }
  const ScriptOutcome outcome = scripts_.run(call);
  std::string result = "{";
  if (settings_.odata.plain_script_result) {
    append_member(result, "scriptResult", outcome.result);
    append_member(result, "scriptError", std::to_string(outcome.error));
    return json_answer(request.view, result + "}");
  }
  append_raw_member(result, "code", std::to_string(outcome.error));
  append_member(result, "resultParameter", outcome.result);
  return json_answer(request.view, "{\"scriptResult\":" + result + "}}");
}

Reply Service::created(const Request& request, std::uint64_t slot) const {
  const EntityWriter entities = writer(request);
  Reply reply;
  if (request.view.minimal || request.in_batch) {
    reply = empty_answer(request.view, silent_status(request));
  } else {
    std::string body = "{";
    entities.append_context(body, "/$entity");
    entities.append_members(body, slot, entities.columns(std::nullopt));
    reply = json_answer(request.view, body + "}", 201);
  }
  reply.headers.emplace_back("Location", entities.row_address(slot));
  return reply;
}

}  // namespace fmsim::odata
