// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/server.hpp>
#include <fmferry/filemaker/dataapi/endpoint.hpp>

namespace fmferry::dataapi {
namespace {

// Portals cost the server a relationship for every row, and we never read one.
constexpr std::string_view k_no_portals = "portal=%5B%5D";

Status check_names(const DataApiOptions& options) {
  if (options.database.empty()) return fail(ErrorKind::invalid, "no database is named");
  if (options.layout.empty()) return fail(ErrorKind::invalid, "no layout is named");
  if (!options.authorization) return fail(ErrorKind::invalid, "no account is named");
  if (options.layout.find('/') != std::string::npos) {
    return fail(ErrorKind::invalid,
                "layout '" + options.layout +
                    "': web servers let no name with a slash through; rename the layout");
  }
  if (options.max_sessions < 1) return fail(ErrorKind::invalid, "max_sessions must be 1 or more");
  if (options.page_size < 1) return fail(ErrorKind::invalid, "page_size must be 1 or more");
  return {};
}

}  // namespace

Result<Endpoint> Endpoint::make(const DataApiOptions& options) {
  FMF_TRY(check_names(options));
  FMF_TRY_ASSIGN(const Url server, filemaker::server_of(options.server));
  FMF_TRY(filemaker::check_protection(server, options.insecure));
  Endpoint endpoint;
  endpoint.server_ = server;
  endpoint.database_ = server.origin() + "/fmi/data/" + percent_encode(options.version) +
                       "/databases/" + percent_encode(options.database);
  endpoint.layout_ = endpoint.database_ + "/layouts/" + percent_encode(options.layout);
  return endpoint;
}

std::string Endpoint::sessions() const {
  return database_ + "/sessions";
}

std::string Endpoint::session(const std::string& token) const {
  return sessions() + "/" + percent_encode(token);
}

std::string Endpoint::layouts() const {
  return database_ + "/layouts";
}

std::string Endpoint::layout() const {
  return layout_;
}

std::string Endpoint::records(std::int64_t offset, int limit) const {
  return layout_ + "/records?_offset=" + std::to_string(offset) +
         "&_limit=" + std::to_string(limit) + "&" + std::string(k_no_portals);
}

std::string Endpoint::record(RecordId record_id) const {
  return layout_ + "/records/" + std::to_string(record_id);
}

std::string Endpoint::record_now(RecordId record_id) const {
  return record(record_id) + "?" + std::string(k_no_portals);
}

std::string Endpoint::find() const {
  return layout_ + "/_find";
}

std::string Endpoint::script(const std::string& name, const std::string& parameter) const {
  return layout_ + "/script/" + percent_encode(name) + "?script.param=" + percent_encode(parameter);
}

}  // namespace fmferry::dataapi
