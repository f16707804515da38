// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/dataapi/container_value.hpp>

#include <algorithm>
#include <charconv>

namespace fmferry::dataapi {
namespace {

constexpr std::string_view k_streaming = "/Streaming_SSL/";

bool has_blank_or_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) <= 0x20; });
}

bool is_absolute(std::string_view text) {
  const std::string head = to_lower(text.substr(0, 8));
  return head.starts_with("http://") || head.starts_with("https://");
}

std::optional<Url> on_server(const Url& server, std::string_view target) {
  Url url = server;
  url.target = target.substr(0, target.find('#'));
  return url;
}

}  // namespace

std::optional<Url> stream_url(const Url& server, const Url& base, std::string_view reference) {
  if (reference.empty() || has_blank_or_control(reference)) return std::nullopt;
  if (reference.starts_with(k_streaming.substr(1))) {
    return on_server(server, "/" + std::string(reference));
  }
  const auto resolved = resolve_url(base, reference);
  if (resolved && resolved->origin() == server.origin()) return on_server(server, resolved->target);
  if (resolved && resolved->target.starts_with(k_streaming)) {
    return on_server(server, resolved->target);
  }
  const auto path = reference.find(k_streaming);
  const bool unreadable_host = !resolved && is_absolute(reference) && path < reference.find('?');
  return unreadable_host ? on_server(server, reference.substr(path)) : std::nullopt;
}

Container read_container(std::string field,
                         std::string_view value,
                         const Url& server,
                         std::int64_t session) {
  Container container{.field = std::move(field), .state = ContainerState::unreachable};
  if (value.empty()) {
    container.state = ContainerState::empty;
    return container;
  }
  const bool refers =
      is_absolute(value) || value.starts_with('/') || value.starts_with(k_streaming.substr(1));
  const auto url = refers ? stream_url(server, server, value) : std::nullopt;
  if (url) {
    container.state = ContainerState::filled;
    container.handle = std::to_string(session) + " " + url->origin() + url->target;
  }
  return container;
}

std::optional<StreamHandle> read_handle(std::string_view handle) {
  StreamHandle read;
  const auto [end, error] =
      std::from_chars(handle.data(), handle.data() + handle.size(), read.session);
  if (error != std::errc{} || end == handle.data() + handle.size() || *end != ' ') return {};
  const auto url = parse_url(handle.substr(static_cast<std::size_t>(end - handle.data()) + 1));
  if (!url) return std::nullopt;
  read.url = *url;
  return read;
}

std::string extension_of(const Url& url) {
  const std::string_view target = url.target;
  const auto path = target.substr(0, target.find('?'));
  const auto name = path.substr(path.rfind('/') + 1);
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string() : to_lower(name.substr(dot + 1));
}

}  // namespace fmferry::dataapi
