// SPDX-License-Identifier: Apache-2.0
#include <fmsim/route.hpp>

#include <array>

namespace fmsim {
namespace {

using Segments = std::vector<std::string>;

RouteKind by_method(const std::string& method, const std::string& wanted, RouteKind kind) {
  return method == wanted ? kind : RouteKind::wrong_method;
}

RouteKind record_kind(const std::string& method) {
  if (method == "GET") return RouteKind::record;
  if (method == "PATCH") return RouteKind::edit;
  if (method == "POST") return RouteKind::duplicate;
  if (method == "DELETE") return RouteKind::remove;
  return RouteKind::wrong_method;
}

// From .../layouts/{layout} on; `rest` is what follows the layout's name.
void route_layout(const std::string& method, const Segments& rest, Route& route) {
  if (rest.empty() || (rest.size() == 1 && rest[0] == "metadata")) {
    route.kind = by_method(method, "GET", RouteKind::metadata);
  } else if (rest[0] == "_find" && rest.size() == 1) {
    route.kind = by_method(method, "POST", RouteKind::find);
  } else if (rest[0] == "script" && rest.size() == 2) {
    route.kind = by_method(method, "GET", RouteKind::script);
    route.field = rest[1];
  } else if (rest[0] == "records" && rest.size() == 1) {
    if (method == "GET")
      route.kind = RouteKind::records;
    else
      route.kind = by_method(method, "POST", RouteKind::create);
  } else if (rest[0] == "records" && rest.size() == 2) {
    route.kind = record_kind(method);
    route.record_id = rest[1];
  } else if (rest[0] == "records" && rest.size() >= 4 && rest[2] == "containers") {
    route.kind = by_method(method, "POST", RouteKind::upload);
    route.record_id = rest[1];
    route.field = rest[3];
    route.repetition = rest.size() > 4 ? rest[4] : "1";
  }
}

// From /fmi/data/{version}/databases/{database} on.
void route_database(const std::string& method, const Segments& all, Route& route) {
  route.database = all[4];
  const std::string& what = all[5];
  if (what == "sessions" && all.size() == 6) {
    route.kind = by_method(method, "POST", RouteKind::login);
  } else if (what == "sessions" && all.size() == 7) {
    route.kind = by_method(method, "DELETE", RouteKind::logout);
    route.field = all[6];
  } else if (what == "layouts" && all.size() == 6) {
    route.kind = by_method(method, "GET", RouteKind::layouts);
  } else if (what == "scripts" && all.size() == 6) {
    route.kind = by_method(method, "GET", RouteKind::scripts);
  } else if (what == "globals" && all.size() == 6) {
    route.kind = by_method(method, "PATCH", RouteKind::globals);
  } else if (what == "layouts") {
    route.layout = all[6];
    route_layout(method, Segments(all.begin() + 7, all.end()), route);
  }
}

}  // namespace

std::string_view name_of(RouteKind kind) {
  constexpr std::array<std::string_view, k_route_kinds> k_names{
      "productinfo", "databases", "login",     "logout", "validate",     "layouts", "scripts",
      "metadata",    "records",   "record",    "find",   "create",       "edit",    "duplicate",
      "delete",      "upload",    "globals",   "script", "sign-in",      "push",    "stream",
      "service",     "property",  "bulk-edit", "batch",  "wrong-method", "unknown"};
  return k_names[static_cast<std::size_t>(kind)];
}

std::string_view name_of(Door door) {
  return door == Door::odata ? "odata" : "data_api";
}

Route find_route(const std::string& method, const Target& target) {
  const Segments& all = target.segments;
  Route route;
  if (all.size() == 3 && all[0] == "Streaming_SSL") {
    route.kind = by_method(method, "GET", RouteKind::stream);
    return route;
  }
  if (all.size() < 4 || all[0] != "fmi" || all[1] != "data") return route;
  route.version = all[2];
  if (route.version != "v1" && route.version != "v2" && route.version != "vLatest") return route;
  if (all.size() == 4 && all[3] == "productInfo") {
    route.kind = by_method(method, "GET", RouteKind::product_info);
  } else if (all.size() == 4 && all[3] == "validateSession") {
    route.kind = by_method(method, "GET", RouteKind::validate);
  } else if (all.size() == 4 && all[3] == "databases") {
    route.kind = by_method(method, "GET", RouteKind::databases);
  } else if (all.size() >= 6 && all[3] == "databases") {
    route_database(method, all, route);
  }
  return route;
}

}  // namespace fmsim
