// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/secret.hpp>
#include <fmferry/ports/sink.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fmferry {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct HttpOptions {
  std::string ca_file{};  // PEM; empty: the system's
  bool insecure{false};   // no TLS verification; refused by the caller but for loopback
  std::chrono::milliseconds connect_timeout{10'000};
  // A transfer that moves less than a byte a second for this long is given up: the limit is on
  // progress, not on size.
  std::chrono::seconds stall_timeout{60};
  std::string user_agent{"fmferry"};
  std::size_t max_buffered{64U << 20U};  // bodies kept in HttpResponse::body
  bool past_proxies{false};              // ignore http_proxy and its like
};

struct HttpResponse;

struct HttpRequest {
  std::string method{"GET"};
  std::string url{};  // absolute, already encoded; sent as it is (no dot-segment removal)
  Headers headers{};
  ByteView body{};       // must outlive the call
  bool has_body{false};  // sends Content-Length even when body is empty
  // When set, bytes of an answer with status 200..299 go there instead of into HttpResponse::body.
  ByteSink sink{};
  // Called with status and headers before the first byte goes to the sink; not for empty bodies.
  // Its error ends the call as the sink's does.
  std::function<Status(const HttpResponse&)> on_head{};
};

struct HttpResponse {
  int status{0};
  Headers headers{};  // of the last answer; names as they came
  std::string body{};
  std::int64_t body_length{0};              // bytes received, also those that went to the sink
  std::chrono::milliseconds first_byte{0};  // from the request's start

  // The first header of that name, any case; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> all_headers(std::string_view name) const;
  // What it says of the body's length; nothing where it says none.
  [[nodiscard]] std::optional<std::int64_t> announced_length() const;
};

// HTTP/1.1 over libcurl with reused connections. Thread-safe: concurrent calls use connections of
// their own. It follows no redirects, keeps no cookies, does not retry (but for an idle pooled
// connection that the other side had closed, which libcurl replaces before anything was
// answered), and never logs.
//
// Any HTTP status is a success here. Errors: `unavailable` when no connection could be had or it
// broke before an answer; `in_doubt` when a request with a body or a method other than GET and HEAD
// was sent and the answer was lost (such a request is never sent twice, not even by libcurl on
// another connection); `timeout`; `corrupt` when the body ended before its
// Content-Length; `denied` when the certificate is not trusted; `cancelled`; or the sink's error.
class HttpClient {
 public:
  explicit HttpClient(HttpOptions options);
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  Result<HttpResponse> send(const HttpRequest& request, const CallContext& context) const;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

// The parts of an absolute http(s) URL. No user info, no fragment.
struct Url {
  std::string scheme{};  // lower case
  std::string host{};    // lower case
  int port{0};           // 80 or 443 when the URL names none
  std::string target{};  // path and query as they stand, at least "/"

  [[nodiscard]] std::string origin() const;  // scheme://host[:port], default port left out
  [[nodiscard]] bool is_loopback() const;
};

[[nodiscard]] std::optional<Url> parse_url(std::string_view text);
// RFC 3986 resolution for what servers really send: absolute, "//host", "/path", "path".
[[nodiscard]] std::optional<Url> resolve_url(const Url& base, std::string_view reference);

}  // namespace fmferry
