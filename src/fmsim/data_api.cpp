// SPDX-License-Identifier: Apache-2.0
#include <fmsim/data_api.hpp>
#include <fmsim/error_codes.hpp>
#include <fmsim/metadata.hpp>

#include <charconv>

namespace fmsim {

DataApi::DataApi(const ServerSettings& settings,
                 const Clinic& clinic,
                 const Accounts& accounts,
                 Records& records,
                 Sessions& sessions,
                 TicketOffice& tickets,
                 const Scripts& scripts)
    : settings_(settings),
      clinic_(clinic),
      accounts_(accounts),
      records_(records),
      sessions_(sessions),
      tickets_(tickets),
      scripts_(scripts),
      rows_(clinic, records, tickets, settings) {}

std::uint32_t ticket_seconds(Sessions::Time now) {
  using std::chrono::duration_cast;
  return static_cast<std::uint32_t>(
      duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
}

const Layout& layout_of(const Route& route) {
  const Layout* layout = find_layout(route.layout);
  if (layout == nullptr) throw Refusal{code::layout_missing};
  return *layout;
}

std::uint64_t record_id_of(const Route& route) {
  std::uint64_t value = 0;
  const std::string& text = route.record_id;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    throw Refusal{code::record_missing};
  }
  return value;
}

std::string bearer_of(const Call& call) {
  constexpr std::string_view k_prefix = "Bearer ";
  if (!call.authorization.starts_with(k_prefix)) return {};
  return call.authorization.substr(k_prefix.size());
}

Reply DataApi::handle(const Route& route,
                      const Target& target,
                      const Call& call,
                      Sessions::Time now) {
  try {
    return dispatch(route, target, call, now);
  } catch (const Refusal& refusal) {
    if (refusal.page) return web_page(refusal.http_status);
    const int status =
        refusal.http_status != 0 ? refusal.http_status : http_status_of(refusal.error_code);
    if (refusal.message.empty())
      return refuse(status, refusal.error_code, message_of(refusal.error_code));
    return refuse(status, refusal.error_code, refusal.message);
  }
}

Reply DataApi::dispatch(const Route& route,
                        const Target& target,
                        const Call& call,
                        Sessions::Time now) {
  if (target.has_encoded_slash) return web_page(404);
  switch (route.kind) {
    case RouteKind::product_info:
      return product_info();
    case RouteKind::databases:
      return answer(R"({"databases":[{"name":"Clinic"}]})");
    case RouteKind::login:
      return log_in(route, call, now);
    case RouteKind::logout:
      if (!sessions_.close(route.field)) throw Refusal{code::token_invalid};
      return answer("{}");
    case RouteKind::wrong_method:
      return refuse(405, code::url_format, "HTTP method is not supported here");
    case RouteKind::unknown:
    case RouteKind::sign_in:
    case RouteKind::push:
    case RouteKind::stream:
    case RouteKind::service:
    case RouteKind::property:
    case RouteKind::bulk_edit:
    case RouteKind::batch:
      return refuse(code::url_format);
    case RouteKind::validate:
    case RouteKind::layouts:
    case RouteKind::scripts:
    case RouteKind::globals:
    case RouteKind::metadata:
    case RouteKind::records:
    case RouteKind::record:
    case RouteKind::find:
    case RouteKind::create:
    case RouteKind::edit:
    case RouteKind::duplicate:
    case RouteKind::remove:
    case RouteKind::upload:
    case RouteKind::script:
      return in_session(route, target, call, now);
  }
  return refuse(code::url_format);
}

Reply DataApi::in_session(const Route& route,
                          const Target& target,
                          const Call& call,
                          Sessions::Time now) {
  require_session(route, call, now);
  if (route.kind == RouteKind::validate) return answer(R"({"isSessionInUse":true})");
  if (route.kind == RouteKind::layouts) return layout_list();
  if (route.kind == RouteKind::scripts) return script_list(scripts_.loaded_names());
  if (route.kind == RouteKind::globals) return set_globals(route, call);
  return on_layout(route, target, call, now);
}

Reply DataApi::on_layout(const Route& route,
                         const Target& target,
                         const Call& call,
                         Sessions::Time now) {
  if (route.kind == RouteKind::metadata) {
    return target.segments.back() == "metadata" && target.segments.size() == 8
               ? old_layout_metadata(layout_of(route))
               : layout_metadata(layout_of(route));
  }
  if (route.kind == RouteKind::create) return create(route, call);
  if (route.kind == RouteKind::edit) return edit(route, call);
  if (route.kind == RouteKind::duplicate) return duplicate(route, call);
  if (route.kind == RouteKind::remove) return remove(route, target);
  if (route.kind == RouteKind::upload) return upload(route, target, call);
  if (route.kind == RouteKind::script) return run_one(route, target);
  const Reader reader = reader_for(call, now);
  if (route.kind == RouteKind::records) return list(route, target, reader);
  if (route.kind == RouteKind::record) return get(route, target, reader);
  return find(route, call, reader);
}

}  // namespace fmsim
