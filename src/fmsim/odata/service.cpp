// SPDX-License-Identifier: Apache-2.0
#include <fmsim/error_codes.hpp>
#include <fmsim/odata/metadata.hpp>
#include <fmsim/odata/service.hpp>
#include <fmsim/parameters.hpp>

namespace fmsim::odata {
namespace {

constexpr std::string_view k_script = "Script.";

// The suffix works everywhere but in the parts of a batch.
bool names_database(std::string_view name, bool in_batch) {
  constexpr std::string_view k_suffix = ".fmp12";
  if (!in_batch && name.ends_with(k_suffix)) name.remove_suffix(k_suffix.size());
  return name == k_database;
}

RouteKind set_kind(const std::string& method) {
  if (method == "GET") return RouteKind::records;
  if (method == "POST") return RouteKind::create;
  if (method == "PATCH") return RouteKind::bulk_edit;
  if (method == "DELETE") return RouteKind::remove;
  return RouteKind::wrong_method;
}

RouteKind record_kind(const std::string& method) {
  if (method == "GET") return RouteKind::record;
  if (method == "PATCH") return RouteKind::edit;
  if (method == "DELETE") return RouteKind::remove;
  return RouteKind::wrong_method;
}

bool is_write(RouteKind kind) {
  return kind == RouteKind::edit || kind == RouteKind::bulk_edit || kind == RouteKind::create ||
         kind == RouteKind::remove || kind == RouteKind::upload;
}

RouteKind kind_of(const std::string& method, const Path& path, bool container) {
  const auto only = [&method](const char* wanted, RouteKind kind) {
    return method == wanted ? kind : RouteKind::wrong_method;
  };
  if (!path.problem.empty()) return RouteKind::unknown;
  if (path.set.empty()) return only("GET", RouteKind::service);
  if (path.set == "$metadata") return only("GET", RouteKind::metadata);
  if (path.set == "$batch") return only("POST", RouteKind::batch);
  if (path.set.starts_with(k_script)) return only("POST", RouteKind::script);
  if (!path.key) {
    if (path.tail == "$count") return only("GET", RouteKind::records);
    return path.property.empty() && path.tail.empty() ? set_kind(method) : RouteKind::unknown;
  }
  if (path.property.empty()) {
    return path.tail.empty() ? record_kind(method) : RouteKind::unknown;
  }
  if (method == "GET") return container ? RouteKind::stream : RouteKind::property;
  return container && method == "PATCH" ? RouteKind::upload : RouteKind::wrong_method;
}

}  // namespace

Service::Service(const ServerSettings& settings,
                 const Accounts& accounts,
                 Records& records,
                 const Scripts& scripts,
                 std::atomic<std::uint64_t>& batched)
    : settings_(settings),
      accounts_(accounts),
      records_(records),
      scripts_(scripts),
      batched_(batched),
      images_{settings.odata.occurrence, TableId::images, settings.odata.id_is_key},
      patients_{std::string(name_of(TableId::patients)), TableId::patients, true} {}

const Occurrence* Service::find_set(const Path& path) const {
  if (path.bare_symbol) return nullptr;
  if (path.set == images_.name) return &images_;
  return path.set == patients_.name ? &patients_ : nullptr;
}

Service::Request Service::read(const Call& call, bool in_batch) const {
  Request request{call, read_path(call.target), read_view(call, settings_.odata), {}};
  request.in_batch = in_batch;
  request.root = (settings_.plain ? "http://" : "https://") + call.host + "/fmi/odata/v4/" +
                 std::string(k_database);
  request.set = find_set(request.path);
  if (request.set != nullptr) {
    const auto field = field_of(request.set->table, request.path.property);
    if (field) request.container = container_of(request.set->table, *field);
  }
  request.kind = kind_of(call.method, request.path, request.container.has_value());
  return request;
}

Route Service::route(const Call& call) const {
  const Request request = read(call, false);
  Route route;
  route.kind = request.kind;
  route.door = Door::odata;
  route.database = request.path.database;
  // Fault scripts name a table, whatever the solution calls its occurrence.
  route.layout = request.path.set;
  if (request.set == &images_) route.layout = "API_Images";
  if (request.set == &patients_) route.layout = "API_Patients";
  route.field = request.path.property;
  if (const auto slot = find_slot(request)) {
    route.record_id = std::to_string(records_.record_id(*slot));
  }
  return route;
}

std::optional<std::uint64_t> Service::find_slot(const Request& request) const {
  if (!request.path.key || request.set == nullptr) return std::nullopt;
  const Key& key = *request.path.key;
  if (key.row_id) return records_.slot_of(request.set->table, *key.row_id);
  if (!request.set->has_key) return std::nullopt;
  return records_.slot_with_id(request.set->table, key.value);
}

std::uint64_t Service::slot_of(const Request& request) const {
  if (!request.path.key->row_id && !request.set->has_key) {
    throw url_problem("The entity has no key: address it by ROWID");
  }
  const auto slot = find_slot(request);
  if (!slot) throw unknown_record();
  return *slot;
}

EntityWriter Service::writer(const Request& request) const {
  return {request.root, request.view, *request.set, records_, settings_.odata};
}

Reply Service::handle(const Call& call, Accounts::Time now) {
  const std::uint64_t most = settings_.odata.max_uri;
  if (most != 0 && call.target.size() > most) return web_page(414);
  if (call.target.find("%2F") < call.target.find('?') ||
      call.target.find("%2f") < call.target.find('?')) {
    return web_page(404);
  }
  const Request request = read(call, false);
  // Every request brings its account along; a token of the Data API is none.
  const Admission admission = accounts_.check(call.authorization, now).admission;
  if (admission == Admission::outdated) return web_page(401);
  if (admission != Admission::admitted || !settings_.has_fmodata) {
    return problem_answer(request.view, filemaker_problem(code::bad_account));
  }
  return guarded(request);
}

Reply Service::guarded(const Request& request) {
  try {
    return dispatch(request);
  } catch (const Problem& problem) {
    return problem_answer(request.view, problem);
  } catch (const Refusal& refusal) {
    Problem problem = filemaker_problem(refusal.error_code);
    if (!refusal.message.empty()) problem.message = refusal.message;
    return problem_answer(request.view, problem);
  }
}

// The database and the table must be there, and the address in order.
void Service::check_set(const Request& request) const {
  const Path& path = request.path;
  if (!path.problem.empty()) throw url_problem("URL syntax error: " + path.problem);
  if (!names_database(path.database, request.in_batch)) {
    throw Problem{404, "802", "Unable to open the file (802)"};
  }
  const bool own = path.set.empty() || path.set.starts_with('$') || path.set.starts_with(k_script);
  if (own || request.set != nullptr) return;
  if (path.set.find_first_of("$=") != std::string::npos) throw url_problem();
  throw unknown_set(path.set);
}

void Service::check_write(const Request& request) const {
  check_set(request);
  if (request.set == nullptr || !is_write(request.kind)) {
    throw url_problem("A changeset has nothing but changes");
  }
}

Reply Service::dispatch(const Request& request) {
  const Path& path = request.path;
  if (path.database.empty() || path.database == "$metadata") return databases(request);
  check_set(request);
  if (request.kind == RouteKind::wrong_method) {
    throw Problem{path.property.empty() ? 405 : 400, "-1002", "The method is not supported here"};
  }
  if (path.set.empty()) return tables(request);
  if (request.kind == RouteKind::script) return script(request);
  if (request.kind == RouteKind::batch && !request.in_batch) return batch(request);
  if (request.kind == RouteKind::metadata) {
    return metadata(request.view, request.call.accept, settings_.odata);
  }
  if (request.set == nullptr) throw url_problem();
  return on_set(request);
}

Reply Service::on_set(const Request& request) {
  const RouteKind kind = request.kind;
  if (kind == RouteKind::records) {
    return request.path.tail == "$count" ? count(request) : list(request);
  }
  if (kind == RouteKind::record) return entity(request);
  if (kind == RouteKind::property || kind == RouteKind::stream) return property(request);
  if (is_write(kind)) return write(request);
  throw url_problem();
}

}  // namespace fmsim::odata
