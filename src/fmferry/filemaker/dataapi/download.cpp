// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/body_gate.hpp>
#include <fmferry/filemaker/dataapi/container_value.hpp>
#include <fmferry/filemaker/dataapi/download.hpp>
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/net/part_request.hpp>

#include <algorithm>
#include <map>

namespace fmferry::dataapi {
namespace {

using filemaker::BodyGate;

constexpr int k_max_redirects = 4;

// A cookie with control characters is ignored, as browsers do (RFC 6265 section 4.1.1 has none):
// sent back, a carriage return could end the header.
class CookieJar {
 public:
  // True when it holds more than before.
  bool take(const HttpResponse& response) {
    bool changed = false;
    for (const auto header : response.all_headers("Set-Cookie")) {
      const auto pair = header.substr(0, header.find(';'));
      const auto equals = pair.find('=');
      if (equals == std::string_view::npos || equals == 0) continue;
      if (std::ranges::any_of(pair, is_control)) continue;
      auto& value = cookies_[std::string(trim(pair.substr(0, equals)))];
      const auto fresh = trim(pair.substr(equals + 1));
      changed = changed || value != fresh;
      value = fresh;
    }
    return changed;
  }

  [[nodiscard]] bool empty() const { return cookies_.empty(); }

  [[nodiscard]] std::string header() const {
    std::string line;
    for (const auto& [name, value] : cookies_) {
      line += (line.empty() ? "" : "; ") + name + "=" + value;
    }
    return line;
  }

 private:
  std::map<std::string, std::string, std::less<>> cookies_{};
};

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

DownloadResult failed(ErrorKind kind, std::string what, int status) {
  return {.info = fail({.kind = kind, .what = std::move(what), .origin_code = status})};
}

DownloadResult stale(int status) {
  auto result = failed(ErrorKind::corrupt,
                       "the stream address has run out (HTTP " + std::to_string(status) + ")",
                       status);
  result.stale = true;
  return result;
}

DownloadResult refused(int status) {
  const std::string said = "the stream was refused (HTTP " + std::to_string(status) + ")";
  if (status == 429) return failed(ErrorKind::throttled, said, status);
  if (status >= 500) return failed(ErrorKind::unavailable, said, status);
  if (status >= 400) return stale(status);
  return failed(ErrorKind::corrupt, said, status);
}

class Exchange {
 public:
  Exchange(const HttpClient& http,
           const Url& server,
           const Url& address,
           const std::string& token,
           std::atomic<bool>& parts,
           const CallContext& context)
      : http_(http),
        server_(server),
        url_(address),
        token_(token),
        context_(context),
        part_(parts, context) {}

  DownloadResult run(BodyGate& gate) {
    for (int hop = 0; hop <= k_max_redirects; ++hop) {
      auto response = send(hop, gate);
      if (gate.rejected()) return stale(200);
      if (!response) return {.info = fail(std::move(response).error())};
      const bool learned = jar_.take(*response);
      const bool once_more = learned && hop == 0;
      if (is_redirect(response->status)) {
        if (auto dead_end = follow(*response)) return std::move(*dead_end);
      } else if (once_more && wants_cookie(*response)) {
        continue;  // older servers hand out the cookie without a redirect
      } else {
        return finish(*response, gate);
      }
    }
    return stale(302);
  }

 private:
  Result<HttpResponse> send(int hop, BodyGate& gate) const {
    HttpRequest request{.url = url_.origin() + url_.target};
    if (hop == 0) request.headers.emplace_back("Authorization", "Bearer " + token_);
    if (!jar_.empty()) request.headers.emplace_back("Cookie", jar_.header());
    part_.ask(request);
    request.on_head = [this, &gate](const HttpResponse& head) {
      gate.expect(head.header("Content-Type"));
      return part_.take_head(head);
    };
    request.sink = [&gate](ByteView bytes) { return gate.take(bytes); };
    auto response = http_.send(request, context_);
    if (response && holds_bytes(*response)) FMF_TRY(gate.finish());
    return response;
  }

  [[nodiscard]] bool holds_bytes(const HttpResponse& response) const {
    return response.status == 200 || (response.status == 206 && part_.is_asked());
  }

  static bool wants_cookie(const HttpResponse& response) {
    return response.status == 401 || (response.status == 200 && response.body_length == 0);
  }

  // Nothing when the next hop is set.
  std::optional<DownloadResult> follow(const HttpResponse& response) {
    if (jar_.empty()) return stale(response.status);
    const auto location = response.header("Location");
    if (location.empty()) return std::nullopt;  // the same address again, with the cookie
    const auto next = stream_url(server_, url_, location);
    if (!next) {
      return failed(
          ErrorKind::corrupt, "the stream was redirected to another server", response.status);
    }
    url_ = *next;
    return std::nullopt;
  }

  [[nodiscard]] DownloadResult finish(const HttpResponse& response, const BodyGate& gate) const {
    if (part_.is_empty(response)) return {.info = ContainerInfo{}};
    if (part_.was_refused(response)) return stale(response.status);
    if (!holds_bytes(response)) return refused(response.status);
    const auto announced = response.header("Content-Length");
    if (!announced.empty() && announced != std::to_string(gate.delivered())) {
      return failed(ErrorKind::corrupt, "another number of bytes came than was announced", 200);
    }
    return {.info = ContainerInfo{.length = gate.delivered(),
                                  .length_announced = !announced.empty(),
                                  .claimed_type = std::string(response.header("Content-Type"))}};
  }

  const HttpClient& http_;
  const Url& server_;
  Url url_;
  const std::string& token_;
  const CallContext& context_;
  const PartRequest part_;
  CookieJar jar_{};
};

}  // namespace

DownloadResult download(const HttpClient& http,
                        const Url& server,
                        const Url& address,
                        const std::string& token,
                        std::atomic<bool>& parts,
                        const ByteSink& sink,
                        const CallContext& context) {
  if (address.origin() != server.origin()) {
    return failed(ErrorKind::invalid, "the stream address is not on the configured server", 0);
  }
  BodyGate gate(sink, extension_of(address));
  return Exchange(http, server, address, token, parts, context).run(gate);
}

}  // namespace fmferry::dataapi
