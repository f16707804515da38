// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/net/http.hpp>
#include <fmferry/s3/credentials.hpp>

#include <string_view>

// Keys that the machine itself hands out, over HTTP and past any proxy.
namespace fmferry::s3 {

[[nodiscard]] HttpOptions metadata_http_options();

// Whether plain HTTP to this host stays on the machine or its own link.
[[nodiscard]] bool is_local_endpoint(const Url& url);

// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or _FULL_URI is set.
[[nodiscard]] bool has_container_endpoint(const Environment& environment);
[[nodiscard]] Result<AwsCredentials> container_credentials(const Environment& environment,
                                                           const HttpClient& http,
                                                           const CallContext& context);

// `not_found` when no metadata service answers, or when it knows no role.
[[nodiscard]] Result<AwsCredentials> instance_credentials(const Environment& environment,
                                                          const HttpClient& http,
                                                          const CallContext& context);

// The JSON both of them answer with; `what` begins the error.
[[nodiscard]] Result<AwsCredentials> parse_credentials_json(std::string_view json,
                                                            const std::string& what);

}  // namespace fmferry::s3
