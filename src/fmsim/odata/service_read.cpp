// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/json_text.hpp>
#include <fmsim/odata/query.hpp>
#include <fmsim/odata/service.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace fmsim::odata {
namespace {

constexpr std::string_view k_plain_text = "text/plain;charset=utf-8";

std::string entry(std::string_view name, std::string_view kind, std::string_view url) {
  std::string json = "{";
  append_member(json, "name", name);
  append_member(json, "kind", kind);
  append_member(json, "url", url);
  return json + "}";
}

std::string listing(const View& view, std::string_view context, const std::string& entries) {
  std::string json = "{";
  append_member(json, view.annotation("context"), context);
  append_raw_member(json, "value", "[" + entries + "]");
  return json + "}";
}

// The rest is called octet-stream.
std::string shown_type(const std::string& type) {
  constexpr std::array<std::string_view, 5> k_known{
      "image/gif", "image/png", "image/jpeg", "image/tiff", "application/pdf"};
  const bool known = std::find(k_known.begin(), k_known.end(), type) != k_known.end();
  return known ? type : "application/octet-stream";
}

// The query again, to go on after `skip` rows.
std::string next_query(const Path& path, std::uint64_t skip, std::optional<std::uint64_t> top) {
  std::string query;
  for (const auto& [name, value] : path.options) {
    if (name == "$skip" || name == "$top") continue;
    query += (query.empty() ? "?" : "&") + encoded(name) + "=" + encoded(value);
  }
  if (top) query += (query.empty() ? "?$top=" : "&$top=") + std::to_string(*top);
  return query + (query.empty() ? "?" : "&") + "$skip=" + std::to_string(skip);
}

}  // namespace

Reply Service::databases(const Request& request) const {
  const std::string above = request.root.substr(0, request.root.rfind('/'));
  return json_answer(
      request.view,
      listing(
          request.view, above + "/$metadata", entry(k_database, "EntityContainer", request.root)));
}

Reply Service::tables(const Request& request) const {
  std::string entries;
  for (const Occurrence* set : {&images_, &patients_}) {
    if (!entries.empty()) entries += ',';
    entries += entry(set->name, "EntitySet", request.root + "/" + encoded(set->name));
  }
  return json_answer(request.view, listing(request.view, request.root + "/$metadata", entries));
}

Reply Service::list(const Request& request) const {
  const TableId table = request.set->table;
  const Query query = read_query(request.path, table, settings_.odata);
  const EntityWriter entities = writer(request);
  const auto columns = entities.columns(query.select);
  constexpr std::uint64_t k_all = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t own = settings_.odata.page == 0 ? k_all : settings_.odata.page;
  const std::uint64_t page = request.view.page == 0 ? own : std::min(own, request.view.page);
  const std::uint64_t most = std::min(query.top.value_or(k_all), page);
  const Found found = run_query(query, records_, table, most);

  std::string body = "{";
  entities.append_context(body, query.select ? context_columns(columns) : "");
  if (query.count) {
    append_raw_member(body, request.view.annotation("count"), std::to_string(found.count));
  }
  append_key(body, "value");
  body += '[';
  for (const std::uint64_t slot : found.slots) {
    body += body.back() == '[' ? "{" : ",{";
    entities.append_members(body, slot, columns);
    body += '}';
  }
  body += ']';
  const std::uint64_t end = query.skip + found.slots.size();
  const bool wanted = !query.top || *query.top > found.slots.size();
  if (found.slots.size() == page && wanted && end < found.count) {
    const auto rest = query.top ? std::optional(*query.top - page) : std::nullopt;
    append_member(
        body,
        request.view.annotation("nextLink"),
        request.root + "/" + encoded(request.set->name) + next_query(request.path, end, rest));
  }
  return json_answer(request.view, body + "}");
}

Reply Service::count(const Request& request) const {
  if (!settings_.odata.answers_count()) throw url_problem("URL syntax error: $count");
  const Query query = read_query(request.path, request.set->table, settings_.odata);
  const Found found = run_query(query, records_, request.set->table, 0);
  return engine_answer(request.view, std::string(k_plain_text), std::to_string(found.count));
}

Reply Service::entity(const Request& request) const {
  const std::uint64_t slot = slot_of(request);
  const Query query = read_query(request.path, request.set->table, settings_.odata);
  const EntityWriter entities = writer(request);
  const auto columns = entities.columns(query.select);
  std::string body = "{";
  entities.append_context(body, (query.select ? context_columns(columns) : "") + "/$entity");
  entities.append_members(body, slot, columns);
  return json_answer(request.view, body + "}");
}

Reply Service::text_value(const Request& request, const std::string& text) {
  if (text.empty()) return empty_answer(request.view, 204);
  return engine_answer(request.view, std::string(k_plain_text), text);
}

Reply Service::property(const Request& request) const {
  const Path& path = request.path;
  const bool raw = path.tail == "$value";
  if (!raw && !path.tail.empty()) throw url_problem();
  const std::uint64_t slot = slot_of(request);
  const bool streams = settings_.odata.has_streams();
  if (request.container && (raw || streams)) return container_value(request, slot);
  const EntityWriter entities = writer(request);
  std::string value;
  if (request.container) {
    const auto picture = records_.picture(slot, *request.container);
    value = picture ? json_string(base64(picture->copy())) : "null";
  } else {
    const Column column = entities.columns("\"" + path.property + "\"").front();
    if (raw) return text_value(request, entities.plain(slot, column));
    value = entities.value(slot, column);
  }
  std::string body = "{";
  const std::string where = entities.address(slot).substr(request.root.size() + 1);
  if (request.view.annotated) {
    append_member(body,
                  request.view.annotation("context"),
                  request.root + "/$metadata#" + where + "/" + encoded(path.property));
  }
  append_raw_member(body, "value", value);
  return json_answer(request.view, body + "}");
}

Reply Service::container_value(const Request& request, std::uint64_t slot) const {
  const std::size_t container = *request.container;
  const ContainerNow now = records_.containers(slot)[container];
  if (now.filling == Filling::empty) {
    switch (settings_.odata.empty) {
      case EmptyValue::no_content:
        return empty_answer(request.view, 204);
      case EmptyValue::not_found:
        throw unknown_record();
      case EmptyValue::zero_bytes:
        return engine_answer(request.view, "application/octet-stream", "");
      case EmptyValue::words:
        return engine_answer(request.view, std::string(k_plain_text), "No content");
    }
  }
  if (now.filling != Filling::filled) {
    return engine_answer(request.view, std::string(k_plain_text), now.text);
  }
  const std::string name = records_.file_name(slot, container);
  const bool quirk = settings_.odata.engine >= 22 &&
                     request.call.accept.find("application/octet-stream") != std::string::npos;
  if (quirk) return engine_answer(request.view, std::string(k_plain_text), name);
  Reply reply = engine_answer(request.view, shown_type(now.media_type), "");
  reply.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
  reply.picture = records_.picture(slot, container);
  return reply;
}

}  // namespace fmsim::odata
