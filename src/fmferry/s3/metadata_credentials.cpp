// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/file.hpp>
#include <fmferry/foundation/wall_time.hpp>
#include <fmferry/s3/metadata_credentials.hpp>

#include <boost/json.hpp>

#include <time.h>

#include <algorithm>

namespace fmferry::s3 {
namespace {

namespace json = boost::json;

std::string text_at(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string().c_str())
                                                : std::string();
}

// "2026-11-22T17:03:45Z", perhaps with fractions of a second.
std::optional<std::chrono::system_clock::time_point> parse_time(const std::string& text) {
  std::tm parts{};
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return std::nullopt;
  return wall_time(std::max<std::int64_t>(0, ::timegm(&parts)));
}

Result<std::string> body_of(const HttpClient& http,
                            const HttpRequest& request,
                            const CallContext& context,
                            const std::string& what) {
  auto response = http.send(request, context);
  if (!response) return fail(std::move(response).error().at(what));
  if (response->status != 200) {
    return fail(Error{.kind = response->status >= 500 ? ErrorKind::unavailable : ErrorKind::denied,
                      .what = "HTTP status " + std::to_string(response->status),
                      .where = what,
                      .origin_code = response->status});
  }
  return std::move(response->body);
}

Result<std::string> container_token(const Environment& environment) {
  const std::string path = environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  if (path.empty()) return environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
  auto token = read_file(path, 1U << 20U);
  if (!token) return fail(std::move(token).error().at("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"));
  return std::string(trim(*token));
}

}  // namespace

HttpOptions metadata_http_options() {
  return HttpOptions{.connect_timeout = std::chrono::milliseconds(1'000),
                     .stall_timeout = std::chrono::seconds(5),
                     .max_buffered = 1U << 20U,
                     .past_proxies = true};
}

bool is_local_endpoint(const Url& url) {
  const bool is_number = url.host.find_first_not_of("0123456789.") == std::string::npos;
  // fd00:ec2::254 and ::23 are Amazon's own addresses for the same two services.
  return url.is_loopback() || (is_number && url.host.starts_with("169.254.")) ||
         url.host.starts_with("[fe80:") || url.host == "[fd00:ec2::254]" ||
         url.host == "[fd00:ec2::23]";
}

bool has_container_endpoint(const Environment& environment) {
  return !environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").empty() ||
         !environment("AWS_CONTAINER_CREDENTIALS_FULL_URI").empty();
}

Result<AwsCredentials> parse_credentials_json(std::string_view text, const std::string& what) {
  json::error_code code;
  const json::value answer = json::parse(json::string_view(text.data(), text.size()), code);
  if (code || !answer.is_object()) return fail(ErrorKind::unavailable, what + ": no JSON object");
  const auto& object = answer.get_object();
  AwsCredentials credentials{.access_key_id = text_at(object, "AccessKeyId"),
                             .secret_access_key = Secret(text_at(object, "SecretAccessKey")),
                             .session_token = Secret(text_at(object, "Token")),
                             .expires = parse_time(text_at(object, "Expiration"))};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return fail(ErrorKind::denied, what + ": the answer holds no keys");
  }
  return credentials;
}

Result<AwsCredentials> container_credentials(const Environment& environment,
                                             const HttpClient& http,
                                             const CallContext& context) {
  const std::string what = "container credentials";
  const std::string relative = environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  const std::string address = relative.empty() ? environment("AWS_CONTAINER_CREDENTIALS_FULL_URI")
                                               : "http://169.254.170.2" + relative;
  const auto url = parse_url(address);
  if (!url) return fail(ErrorKind::invalid, what + ": the address is no http or https URL");
  if (url->scheme == "http" && !is_local_endpoint(*url)) {
    return fail(ErrorKind::invalid,
                what + ": plain http to " + url->host +
                    " is refused, as it is neither this machine nor its link; use https");
  }
  FMF_TRY_ASSIGN(const std::string token, container_token(environment));
  HttpRequest request{.url = url->origin() + url->target};
  if (!token.empty()) request.headers.emplace_back("Authorization", token);
  FMF_TRY_ASSIGN(const std::string body, body_of(http, request, context, what));
  return parse_credentials_json(body, what);
}

Result<AwsCredentials> instance_credentials(const Environment& environment,
                                            const HttpClient& http,
                                            const CallContext& context) {
  const std::string what = "EC2 instance metadata";
  std::string endpoint = environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (endpoint.empty()) endpoint = "http://169.254.169.254";
  const auto url = parse_url(endpoint);
  if (!url || (url->scheme == "http" && !is_local_endpoint(*url))) {
    return fail(ErrorKind::invalid,
                "AWS_EC2_METADATA_SERVICE_ENDPOINT must be https, or http to this machine or link");
  }
  const auto token = http.send({.method = "PUT",
                                .url = url->origin() + "/latest/api/token",
                                .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}},
                                .has_body = true},
                               context);
  if (!token && token.error().kind == ErrorKind::cancelled) return fail(token.error());
  if (!token || token->status != 200) {
    return fail(ErrorKind::not_found, what + ": no service answers");
  }
  const auto get = [&](const std::string& path) {
    return HttpRequest{.url = url->origin() + "/latest/meta-data/iam/security-credentials/" + path,
                       .headers = {{"X-aws-ec2-metadata-token", token->body}}};
  };
  const auto roles = http.send(get(""), context);
  if (!roles) return fail(roles.error());
  const std::string role(trim(roles->body.substr(0, roles->body.find('\n'))));
  if (roles->status == 404 || (roles->status == 200 && role.empty())) {
    return fail(ErrorKind::not_found, what + ": the instance has no role");
  }
  if (roles->status != 200) {
    return fail(ErrorKind::unavailable, what + ": HTTP status " + std::to_string(roles->status));
  }
  FMF_TRY_ASSIGN(const std::string body, body_of(http, get(percent_encode(role)), context, what));
  return parse_credentials_json(body, what);
}

}  // namespace fmferry::s3
