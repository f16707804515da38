// SPDX-License-Identifier: Apache-2.0
#include <fmsim/data_api.hpp>
#include <fmsim/error_codes.hpp>
#include <fmsim/scripts.hpp>

#include <nlohmann/json.hpp>

namespace fmsim {
namespace {

using Json = nlohmann::json;

bool is_true(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  return value.is_string() &&
         (value.get<std::string>() == "true" || value.get<std::string>() == "1");
}

FindRequest read_request(const Json& query, const Layout& layout, DateStyle style) {
  if (!query.is_object()) throw Refusal{code::parameter_invalid};
  FindRequest request;
  for (const auto& [name, value] : query.items()) {
    if (name == "omit") {
      request.omit = is_true(value);
      continue;
    }
    const auto field = field_of(layout.table, name);
    if (!field || !layout.shows(*field)) throw Refusal{code::field_missing};
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (text.empty()) continue;
    Criterion criterion = read_criterion(text, fields_of(layout.table)[*field].type, style);
    if (criterion.error != 0) throw Refusal{criterion.error};
    request.criteria.emplace_back(*field, std::move(criterion));
  }
  if (request.criteria.empty()) throw Refusal{code::criteria_empty};
  return request;
}

}  // namespace

Reader DataApi::reader_for(const Call& call, Sessions::Time now) const {
  return {(settings_.plain ? "http://" : "https://") + call.host,
          sessions_.number_of(bearer_of(call), now).value_or(0),
          ticket_seconds(now)};
}

Reply DataApi::show(const Layout& layout,
                    const ReadOptions& options,
                    const Page& page,
                    const Reader& reader) {
  ScriptsAround scripts(scripts_, options.scripts);
  return scripts.answered(rows_.page(layout, options, page, reader));
}

Reply DataApi::list(const Route& route, const Target& target, const Reader& reader) {
  const Layout& layout = layout_of(route);
  const ReadOptions options = read_options(from_query(target), layout, {});
  const Page page =
      list_records(records_, layout.table, options.sort, options.offset, options.limit);
  if (page.slots.empty()) throw Refusal{code::record_missing};
  return show(layout, options, page, reader);
}

Reply DataApi::get(const Route& route, const Target& target, const Reader& reader) {
  const Layout& layout = layout_of(route);
  const ReadOptions options = read_options(from_query(target), layout, {});
  const auto slot = records_.slot_of(layout.table, record_id_of(route));
  if (!slot) throw Refusal{code::record_missing};
  return show(layout, options, {{*slot}, 1}, reader);
}

Reply DataApi::find(const Route& route, const Call& call, const Reader& reader) {
  const Layout& layout = layout_of(route);
  const Json body = read_body(call.body, call.content_type);
  const ReadOptions options = read_options(from_body(body), layout, {"query"});
  if (!body.contains("query")) throw Refusal{code::parameter_missing};
  if (!body["query"].is_array()) throw Refusal{code::parameter_invalid};
  std::vector<FindRequest> requests;
  for (const Json& query : body["query"]) {
    requests.push_back(read_request(query, layout, options.dates));
  }
  if (requests.empty()) throw Refusal{code::criteria_empty};
  const Page page =
      find_records(records_, layout.table, requests, options.sort, options.offset, options.limit);
  if (page.found == 0) throw Refusal{code::none_found};
  if (page.slots.empty()) throw Refusal{code::record_missing};
  return show(layout, options, page, reader);
}

}  // namespace fmsim
