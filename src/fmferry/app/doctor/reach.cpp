// SPDX-License-Identifier: Apache-2.0
//
// Name, connection, certificate: what one request without an account tells of the server.
#include <fmferry/app/doctor/examination.hpp>
#include <fmferry/filemaker/common/server.hpp>
#include <fmferry/net/reach.hpp>

#include <algorithm>

namespace fmferry::doctor {
namespace {

// As heavy as the heaviest door that speaks HTTP.
Weight weight_of_http(const Examination& examination) {
  Weight weight = Weight::not_asked;
  for (const auto& each : examination.doors) {
    if (each.door != Door::odbc) weight = std::min(weight, each.weight);
  }
  return weight;
}

Greeting greet(const Examination& examination, const Url& server, const CallContext& context) {
  const SourceConfig& source = examination.config.source;
  const HttpClient http(
      {.ca_file = examination.config.beside(source.ca), .insecure = source.insecure});
  Greeting greeting{
      .answer = http.send({.url = server.origin() + "/fmi/data/vLatest/productInfo"}, context)};
  greeting.at = examination.clock->wall();
  return greeting;
}

// Nothing: the request came further than that.
std::optional<Error> stopped_at(const Examination& examination, Reach reach) {
  const auto& answer = examination.greeting->answer;
  if (answer || reach_of(answer.error()) != reach) return std::nullopt;
  return answer.error();
}

Finding check_name(Examination& examination, const CallContext& context) {
  const SourceConfig& source = examination.config.source;
  const auto server = filemaker::server_of(source.server);
  if (!server) return fails(server.error(), "give [source] server as https://host");
  const Status is_safe = filemaker::check_protection(*server, source.insecure);
  if (!is_safe) return fails(is_safe.error(), "give [source] server as https://host, and its ca");
  examination.greeting = greet(examination, *server, context);
  const auto& answer = examination.greeting->answer;
  if (!answer) note(examination, answer.error(), weight_of_http(examination));
  if (const auto error = stopped_at(examination, Reach::name_unknown)) {
    return fails({.kind = error->kind, .what = server->host + " has no address (DNS)"},
                 "check the host's name in [source] server; if it is a name of an inner network, "
                 "this machine needs that network's VPN or DNS server");
  }
  return works(server->host + " has an address");
}

Finding check_connection(const Examination& examination) {
  for (const Reach reach : {Reach::not_connected, Reach::no_answer}) {
    if (const auto error = stopped_at(examination, reach)) {
      return fails(*error,
                   "see that FileMaker Server's web server runs there, that the port is right, and "
                   "that no firewall lies between");
    }
  }
  const auto& answer = examination.greeting->answer;
  if (!answer) return works("somebody takes connections there");
  return works("answers in " + std::to_string(answer->first_byte.count()) + " ms");
}

Finding check_certificate(const Examination& examination) {
  const SourceConfig& source = examination.config.source;
  if (source.server.starts_with("http://")) return skipped("plain http: no TLS");
  if (const auto error = stopped_at(examination, Reach::no_tls)) {
    return fails({.kind = ErrorKind::invalid, .what = "no TLS there: " + error->what},
                 "is this the port of the web server? It is 443 as a rule");
  }
  if (const auto error = stopped_at(examination, Reach::not_trusted)) {
    return fails(*error,
                 "name the certificate of who signed it with [source] ca = \"server.pem\"; a new "
                 "FileMaker Server comes with one that nobody trusts, and a proper one is imported "
                 "in its Admin Console. The name in it must be the one in [source] server");
  }
  if (source.insecure) {
    return warns("certificates are not verified", "take [source] insecure out when all is set up");
  }
  return works(source.ca.empty() ? "trusted" : "trusted by way of " + source.ca);
}

}  // namespace

void add_reach_checks(Examination& examination, std::vector<Check>& checks) {
  const Weight weight = weight_of_http(examination);
  checks.push_back(
      {.name = "name", .weight = weight, .run = [&examination](const CallContext& context) {
         return check_name(examination, context);
       }});
  checks.push_back(
      {.name = "connection",
       .needs = {"name"},
       .weight = weight,
       .run = [&examination](const CallContext&) { return check_connection(examination); }});
  checks.push_back(
      {.name = "certificate",
       .needs = {"connection"},
       .weight = weight,
       .run = [&examination](const CallContext&) { return check_certificate(examination); }});
}

}  // namespace fmferry::doctor
