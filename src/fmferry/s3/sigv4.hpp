// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/secret.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// AWS signature version 4 as S3 wants it. Pure functions: time and keys are passed in.
namespace fmferry::s3 {

struct AwsCredentials {
  std::string access_key_id{};
  Secret secret_access_key{};
  Secret session_token{};                                          // empty for long-lived keys
  std::optional<std::chrono::system_clock::time_point> expires{};  // none: not known to end
};

using NameValues = std::vector<std::pair<std::string, std::string>>;

// What a signature covers. Nothing here is encoded but `path`.
struct SignableRequest {
  std::string method{"GET"};
  std::string host{};     // as in the Host header, with a port that is not the scheme's own
  std::string path{"/"};  // exactly as sent: percent-encoded once
  NameValues query{};     // in any order; a name without a value has an empty one
  NameValues headers{};   // further headers to sign; in any order and case
  std::string payload{};  // SHA-256 of the body in hex, or k_unsigned_payload
};

struct SigningScope {
  std::chrono::system_clock::time_point time{};
  std::string region{"us-east-1"};
  std::string service{"s3"};
};

inline constexpr std::string_view k_unsigned_payload = "UNSIGNED-PAYLOAD";
// The longest life that S3 grants to a presigned URL.
inline constexpr std::chrono::seconds k_longest_presign = std::chrono::hours(7 * 24);

// "name=value&...", encoded and sorted: the form that is signed, and that should be sent.
[[nodiscard]] std::string canonical_query(const NameValues& query);
// The text whose hash is signed; covers the headers in `request` and the host.
[[nodiscard]] std::string canonical_request(const SignableRequest& request);
// "20261122T170345Z".
[[nodiscard]] std::string amz_date(std::chrono::system_clock::time_point time);

// The headers to send besides those in `request`: x-amz-date, x-amz-content-sha256,
// x-amz-security-token for temporary keys, and Authorization.
[[nodiscard]] NameValues sign_headers(const SignableRequest& request,
                                      const SigningScope& scope,
                                      const AwsCredentials& credentials);

// The whole query of a URL that carries its own permission. `request.payload` is ignored: the body
// is not signed. Whoever uses the URL must send `request.headers` as they are.
[[nodiscard]] std::string presign_query(const SignableRequest& request,
                                        const SigningScope& scope,
                                        const AwsCredentials& credentials,
                                        std::chrono::seconds lifetime);

}  // namespace fmferry::s3
