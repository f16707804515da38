// SPDX-License-Identifier: Apache-2.0
#include <fmferry/s3/sigv4.hpp>

#include <boost/json.hpp>

#include <time.h>

#include <iostream>

// Signs what stdin describes, a JSON object a line, for comparison with other signers:
//   {"mode": "header" or "presign", "method", "host", "path", "query": [[name, value]...],
//    "headers": [[name, value]...], "payload", "region", "service", "date": "20261122T170345Z",
//    "id", "secret", "token", "expires"}
// Prints the Authorization header's value, or the presigned query, a line each.
namespace {

namespace json = boost::json;
using fmferry::s3::NameValues;

std::string text(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value == nullptr ? std::string() : std::string(value->as_string().c_str());
}

NameValues pairs(const json::object& object, const char* name) {
  NameValues out;
  for (const auto& pair : object.at(name).as_array()) {
    out.emplace_back(pair.at(0).as_string().c_str(), pair.at(1).as_string().c_str());
  }
  return out;
}

std::string signed_line(const json::object& object) {
  std::tm parts{};
  ::strptime(text(object, "date").c_str(), "%Y%m%dT%H%M%SZ", &parts);
  const fmferry::s3::SigningScope scope{
      .time = std::chrono::system_clock::from_time_t(::timegm(&parts)),
      .region = text(object, "region"),
      .service = text(object, "service")};
  const fmferry::s3::AwsCredentials keys{
      .access_key_id = text(object, "id"),
      .secret_access_key = fmferry::Secret(text(object, "secret")),
      .session_token = fmferry::Secret(text(object, "token"))};
  const fmferry::s3::SignableRequest request{.method = text(object, "method"),
                                             .host = text(object, "host"),
                                             .path = text(object, "path"),
                                             .query = pairs(object, "query"),
                                             .headers = pairs(object, "headers"),
                                             .payload = text(object, "payload")};
  if (text(object, "mode") == "presign") {
    const std::chrono::seconds lifetime(object.at("expires").as_int64());
    return fmferry::s3::presign_query(request, scope, keys, lifetime);
  }
  return fmferry::s3::sign_headers(request, scope, keys).back().second;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << signed_line(json::parse(line).as_object()) << '\n';
  }
  return 0;
}
