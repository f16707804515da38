// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/server.hpp>

namespace fmferry::filemaker {

Result<Url> server_of(const std::string& text) {
  const bool has_scheme = text.find("://") != std::string::npos;
  const auto server = parse_url(has_scheme ? text : "https://" + text);
  if (server && server->target == "/") return *server;
  return fail(ErrorKind::invalid, "the server must be given as https://host or https://host:port");
}

Status check_protection(const Url& server, bool insecure) {
  if (server.is_loopback()) return {};
  if (server.scheme != "https") {
    return fail(ErrorKind::denied,
                "plain http would show the password and the images to everyone on the way: use "
                "https://" +
                    server.host);
  }
  if (insecure) {
    return fail(ErrorKind::denied,
                "certificates must be verified for any host but this machine: name the CA "
                "of " +
                    server.host + " instead of switching verification off");
  }
  return {};
}

std::string identity_of(const Url& server, const std::string& database, const std::string& layout) {
  return "filemaker://" + server.host + "/" + percent_encode(database) + "/" +
         percent_encode(layout);
}

}  // namespace fmferry::filemaker
