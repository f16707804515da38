// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/s3/sigv4.hpp>

#include <algorithm>
#include <map>

namespace fmferry::s3 {
namespace {

constexpr std::string_view k_algorithm = "AWS4-HMAC-SHA256";

// Blanks at the ends go, runs of blanks inside become one.
std::string canonical_value(std::string_view value) {
  std::string out;
  for (const char c : trim(value)) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank) {
      out += c;
    } else if (!out.ends_with(' ')) {
      out += ' ';
    }
  }
  return out;
}

// Sorted by lower-case name; several headers of a name are joined in their order.
std::map<std::string, std::string> canonical_headers(const SignableRequest& request) {
  std::map<std::string, std::string> lines;
  const auto add = [&lines](std::string_view name, std::string_view value) {
    const auto [line, is_new] = lines.try_emplace(to_lower(name), canonical_value(value));
    if (!is_new) line->second += "," + canonical_value(value);
  };
  add("host", request.host);
  for (const auto& [name, value] : request.headers) add(name, value);
  return lines;
}

std::string signed_header_names(const SignableRequest& request) {
  std::string names;
  for (const auto& [name, value] : canonical_headers(request)) {
    if (!names.empty()) names += ';';
    names += name;
  }
  return names;
}

std::string credential_scope(const SigningScope& scope) {
  return amz_date(scope.time).substr(0, 8) + "/" + scope.region + "/" + scope.service +
         "/aws4_request";
}

std::string signature(const SignableRequest& request,
                      const SigningScope& scope,
                      const Secret& secret) {
  const std::string date = amz_date(scope.time);
  const std::string text = std::string(k_algorithm) + "\n" + date + "\n" + credential_scope(scope) +
                           "\n" + to_hex(sha256(canonical_request(request)));
  std::string key = hmac_sha256("AWS4" + secret.reveal(), date.substr(0, 8));
  key = hmac_sha256(key, scope.region);
  key = hmac_sha256(key, scope.service);
  key = hmac_sha256(key, "aws4_request");
  return to_hex(hmac_sha256(key, text));
}

}  // namespace

std::string amz_date(std::chrono::system_clock::time_point time) {
  std::string date = to_iso8601(time);
  std::erase_if(date, [](char c) { return c == '-' || c == ':'; });
  return date;
}

std::string canonical_query(const NameValues& query) {
  NameValues encoded;
  for (const auto& [name, value] : query) {
    encoded.emplace_back(percent_encode(name), percent_encode(value));
  }
  std::ranges::sort(encoded);
  std::string out;
  for (const auto& [name, value] : encoded) {
    if (!out.empty()) out += '&';
    out += name;
    out += '=';
    out += value;
  }
  return out;
}

std::string canonical_request(const SignableRequest& request) {
  std::string text =
      request.method + "\n" + request.path + "\n" + canonical_query(request.query) + "\n";
  for (const auto& [name, value] : canonical_headers(request)) {
    text += name;
    text += ':';
    text += value;
    text += '\n';
  }
  return text + "\n" + signed_header_names(request) + "\n" + request.payload;
}

NameValues sign_headers(const SignableRequest& request,
                        const SigningScope& scope,
                        const AwsCredentials& credentials) {
  NameValues added{{"x-amz-date", amz_date(scope.time)}, {"x-amz-content-sha256", request.payload}};
  if (!credentials.session_token.empty()) {
    added.emplace_back("x-amz-security-token", credentials.session_token.reveal());
  }
  SignableRequest complete = request;
  complete.headers.insert(complete.headers.end(), added.begin(), added.end());
  added.emplace_back(
      "Authorization",
      std::string(k_algorithm) + " Credential=" + credentials.access_key_id + "/" +
          credential_scope(scope) + ", SignedHeaders=" + signed_header_names(complete) +
          ", Signature=" + signature(complete, scope, credentials.secret_access_key));
  return added;
}

std::string presign_query(const SignableRequest& request,
                          const SigningScope& scope,
                          const AwsCredentials& credentials,
                          std::chrono::seconds lifetime) {
  SignableRequest complete = request;
  complete.payload = k_unsigned_payload;
  const NameValues added{
      {"X-Amz-Algorithm", std::string(k_algorithm)},
      {"X-Amz-Credential", credentials.access_key_id + "/" + credential_scope(scope)},
      {"X-Amz-Date", amz_date(scope.time)},
      {"X-Amz-Expires", std::to_string(lifetime.count())},
      {"X-Amz-SignedHeaders", signed_header_names(request)}};
  complete.query.insert(complete.query.end(), added.begin(), added.end());
  if (!credentials.session_token.empty()) {
    complete.query.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  return canonical_query(complete.query) +
         "&X-Amz-Signature=" + signature(complete, scope, credentials.secret_access_key);
}

}  // namespace fmferry::s3
