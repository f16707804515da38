// SPDX-License-Identifier: Apache-2.0
#include <fmferry/net/http.hpp>

#include <algorithm>
#include <charconv>

namespace fmferry {
namespace {

// A name or a number, or an IPv6 number in brackets. What else might stand there would be read in
// another way by somebody else.
bool is_host(std::string_view host) {
  if (host.starts_with('[')) {
    const auto inside = host.substr(1, host.size() - 2);
    return host.ends_with(']') && !inside.empty() &&
           inside.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  }
  constexpr std::string_view k_never = R"(:[]\<>^`{|}"%)";
  return !host.empty() && std::ranges::none_of(host, [&](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F ||
           k_never.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string Url::origin() const {
  const bool usual = (scheme == "http" && port == 80) || (scheme == "https" && port == 443);
  return scheme + "://" + host + (usual ? "" : ":" + std::to_string(port));
}

bool Url::is_loopback() const {
  // "127.example.com" is a name like any other; only digits and dots are an address.
  const bool is_ipv4 = host.find_first_not_of("0123456789.") == std::string::npos;
  return host == "localhost" || host.ends_with(".localhost") || host == "[::1]" ||
         (is_ipv4 && host.starts_with("127."));
}

std::optional<Url> parse_url(std::string_view text) {
  Url url;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  url.scheme = to_lower(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  url.port = url.scheme == "https" ? 443 : 80;
  text.remove_prefix(colon + 3);
  const auto slash = text.find_first_of("/?#");
  std::string_view authority = text.substr(0, slash);
  std::string_view rest = slash == std::string_view::npos ? "" : text.substr(slash);
  rest = rest.substr(0, rest.find('#'));
  url.target = rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  if (authority.find('@') != std::string_view::npos) return std::nullopt;
  const auto bracket = authority.rfind(']');
  const auto port = authority.rfind(':');
  if (port != std::string_view::npos && (bracket == std::string_view::npos || port > bracket)) {
    const auto digits = authority.substr(port + 1);
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size() || url.port < 1 ||
        url.port > 65535) {
      return std::nullopt;
    }
    authority = authority.substr(0, port);
  }
  if (!is_host(authority)) return std::nullopt;
  url.host = to_lower(authority);
  return url;
}

std::optional<Url> resolve_url(const Url& base, std::string_view reference) {
  reference = reference.substr(0, reference.find('#'));
  const auto mark = reference.find_first_of(":/?");
  if (mark != std::string_view::npos && reference[mark] == ':') return parse_url(reference);
  if (reference.starts_with("//")) return parse_url(base.scheme + ":" + std::string(reference));
  Url url = base;
  const std::string path = base.target.substr(0, base.target.find('?'));
  if (reference.starts_with('/')) {
    url.target = reference;
  } else if (reference.starts_with('?')) {
    url.target = path + std::string(reference);
  } else if (!reference.empty()) {
    url.target = path.substr(0, path.rfind('/') + 1) + std::string(reference);
  }
  return url;
}

}  // namespace fmferry
