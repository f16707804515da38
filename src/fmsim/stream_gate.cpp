// SPDX-License-Identifier: Apache-2.0
#include <fmsim/data_api.hpp>
#include <fmsim/stream_gate.hpp>

#include <algorithm>
#include <array>
#include <cctype>

namespace fmsim {
namespace {

constexpr std::string_view k_cookie_name = "X-FMS-Session-Key=";

std::string cookie_of(std::string_view header) {
  const std::size_t at = header.find(k_cookie_name);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = header.substr(at + k_cookie_name.size());
  return std::string(rest.substr(0, rest.find(';')));
}

// The server goes by the stored name, not by the bytes.
std::string type_of_extension(std::string extension, const std::string& fallback) {
  struct Known {
    std::string_view extension;
    std::string_view type;
  };

  constexpr std::array<Known, 7> k_known{{{".jpg", "image/jpeg"},
                                          {".jpeg", "image/jpeg"},
                                          {".png", "image/png"},
                                          {".pdf", "application/pdf"},
                                          {".heic", "image/heic"},
                                          {".tif", "image/tiff"},
                                          {".gif", "image/gif"}}};
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  if (extension.empty()) return "application/octet-stream";
  const auto found = std::find_if(k_known.begin(), k_known.end(), [&](const Known& known) {
    return known.extension == extension;
  });
  return found == k_known.end() ? fallback : std::string(found->type);
}

}  // namespace

StreamGate::StreamGate(const ServerSettings& settings,
                       const Records& records,
                       const Sessions& sessions,
                       TicketOffice& tickets,
                       Outage& outage,
                       Stats& stats)
    : settings_(settings),
      records_(records),
      sessions_(sessions),
      tickets_(tickets),
      outage_(outage),
      stats_(stats) {}

StreamRequest StreamGate::read(const Target& target, const Call& call) const {
  StreamRequest request;
  const std::string& last = target.segments.back();
  request.name = last.substr(0, last.find('.'));
  request.ticket = tickets_.read(request.name);
  request.cookie = cookie_of(call.cookie);
  request.bearer = bearer_of(call);
  const bool has_bytes = settings_.authenticated_stream == 2 || !request.cookie.empty();
  request.hop = has_bytes ? 2 : 1;
  return request;
}

bool StreamGate::is_fresh(const StreamRequest& request, Sessions::Time now) const {
  if (!request.ticket || !sessions_.is_alive(request.ticket->session, now)) return false;
  const std::chrono::seconds age(ticket_seconds(now) - request.ticket->minted);
  // Who got a cookie in time may finish, also when that takes a while.
  return age <= (request.cookie.empty() ? settings_.url_ttl : 2 * settings_.url_ttl);
}

Reply StreamGate::answer(const StreamRequest& request,
                         const Call& call,
                         const StreamTwist& twist,
                         Sessions::Time now) {
  const bool fresh = is_fresh(request, now) && !twist.stale;
  if (settings_.authenticated_stream == 2) return fresh ? bytes(request) : web_page(404);
  if (!request.cookie.empty()) {
    if (!fresh) return redirect(request, call, twist, false);
    return tickets_.is_cookie_for(request.cookie, request.name) ? bytes(request) : web_page(401);
  }
  if (request.bearer.empty()) return web_page(401);
  const auto session = sessions_.number_of(request.bearer, now);
  const bool own = fresh && session && *session == request.ticket->session;
  return redirect(request, call, twist, own && !twist.no_cookie);
}

Reply StreamGate::redirect(const StreamRequest& request,
                           const Call& call,
                           const StreamTwist& twist,
                           bool with_cookie) {
  const std::string scheme = settings_.plain ? "http://" : "https://";
  std::string location = call.target;
  const bool absolute =
      twist.location.empty() ? settings_.absolute_location : twist.location == "absolute";
  if (absolute) location = scheme + call.host + location;
  if (twist.location == "unreachable") location = scheme + "127.0.0.1:1" + location;
  if (twist.location == "foreign") location = scheme + "elsewhere.example.test" + location;
  Reply reply;
  reply.status = 302;
  reply.headers = {{"Server", "Apache"}, {"Location", location}};
  if (with_cookie) {
    reply.headers.emplace_back("Set-Cookie",
                               std::string(k_cookie_name) + tickets_.cookie_for(request.name) +
                                   (settings_.plain ? "; Path=/Streaming_SSL; HttpOnly"
                                                    : "; Path=/Streaming_SSL; Secure; HttpOnly"));
  }
  return reply;
}

Reply StreamGate::bytes(const StreamRequest& request) {
  const Ticket ticket = *request.ticket;
  const std::uint64_t record_id = records_.record_id(ticket.slot);
  if (!records_.slot_of(TableId::images, record_id)) return web_page(404);
  auto picture = records_.picture(ticket.slot, ticket.container);
  if (!picture) return web_page(404);
  const ContainerNow container = records_.containers(ticket.slot)[ticket.container];
  Reply reply;
  reply.content_type = type_of_extension(container.extension, container.media_type);
  reply.headers = {{"Server", "Apache"}};
  reply.picture = picture;
  ++stats_.downloads_started;
  const std::uint64_t epoch = outage_.epoch();
  reply.may_go_on = [this, epoch] { return outage_.epoch() == epoch; };
  return reply;
}

}  // namespace fmsim
