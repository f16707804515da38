// SPDX-License-Identifier: Apache-2.0
#include <fmsim/digest.hpp>
#include <fmsim/error_codes.hpp>
#include <fmsim/simulator.hpp>
#include <fmsim/twist.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <optional>
#include <thread>

namespace fmsim {
namespace {

// "Wed, 25 Nov 2026 23:12:54 GMT", in English whatever the locale.
std::string http_date(std::chrono::system_clock::time_point time) {
  constexpr std::array<const char*, 7> k_days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> k_months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  std::snprintf(text.data(),
                text.size(),
                "%s, %02d %s %04d %02d:%02d:%02d GMT",
                k_days.at(static_cast<std::size_t>(parts.tm_wday)),
                parts.tm_mday,
                k_months.at(static_cast<std::size_t>(parts.tm_mon)),
                parts.tm_year + 1900,
                parts.tm_hour,
                parts.tm_min,
                parts.tm_sec);
  return text.data();
}

constexpr std::chrono::milliseconds k_hang = std::chrono::minutes(10);

Sessions::Time clock_now() {
  return std::chrono::steady_clock::now();
}

// Counts a request until its answer has gone.
class Stay {
 public:
  explicit Stay(Gauge& gauge) : gauge_(gauge), inside_(gauge.enter()) {}

  Stay(const Stay&) = delete;
  Stay& operator=(const Stay&) = delete;

  ~Stay() { gauge_.leave(); }

  [[nodiscard]] std::uint64_t inside() const { return inside_; }

 private:
  Gauge& gauge_;
  std::uint64_t inside_;
};

// A request inside the server, and at its door.
class Visit {
 public:
  Visit(Stats& stats, Door door) : server_(stats.width), door_(stats.at(door).width) {}

  // How many are at the door.
  [[nodiscard]] std::uint64_t inside() const { return door_.inside(); }

 private:
  Stay server_;
  Stay door_;
};

// "bytes=0-N", the one form that is asked of it; all else is answered with the whole file.
void make_part(Reply& reply, const Call& call) {
  constexpr std::string_view k_beginning = "bytes=0-";
  if (!reply.picture || reply.status != 200 || !call.range.starts_with(k_beginning)) return;
  const std::string digits = call.range.substr(k_beginning.size());
  if (digits.empty() || digits.size() > 18) return;
  if (!std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return;
  if (reply.whole() == 0) {
    reply = Reply{};
    reply.status = 416;
    reply.headers.emplace_back("Content-Range", "bytes */0");
    return;
  }
  reply.delivery.first = std::stoull(digits) + 1;
  reply.status = 206;
  reply.headers.emplace_back(
      "Content-Range",
      "bytes 0-" + std::to_string(reply.size() - 1) + "/" + std::to_string(reply.whole()));
}

}  // namespace

struct Simulator::Download {
  Door door;
  std::uint64_t record_id;
  std::size_t container;
};

struct Simulator::Order {
  std::optional<Reply> instead;
  StreamTwist stream;
};

Simulator::Simulator(const ServerSettings& settings, const Clinic& clinic, Journal& journal)
    : settings_(settings),
      clinic_(clinic),
      records_(clinic, journal),
      sessions_({settings.session_idle, settings.max_sessions}),
      outage_({settings.crash_after_downloads,
               settings.crash_after_bytes,
               settings.down,
               settings.recovers_after},
              [this] {
                ++stats_.crashes;
                ++stats_.at(Door::data_api).crashes;
                sessions_.close_all();
                tickets_.forget_all();
              }),
      // A process of its own: the sessions of the other one live on.
      odata_outage_({settings.odata.crash_after_downloads,
                     settings.odata.crash_after_bytes,
                     settings.odata.down},
                    [this] { ++stats_.at(Door::odata).crashes; }),
      faults_(clinic.seed()),
      claris_(settings),
      accounts_(settings, claris_.tokens()),
      scripts_({records_, settings.script_ca, &faults_, &stats_}),
      api_(settings, clinic, accounts_, records_, sessions_, tickets_, scripts_),
      odata_(settings, accounts_, records_, scripts_, stats_.at(Door::odata).batched),
      gate_(settings, records_, sessions_, tickets_, outage_, stats_),
      max_width_(settings.max_width) {}

std::string Simulator::load_faults(const std::string& script) {
  auto read = read_fault_script(script);
  if (auto* problem = std::get_if<std::string>(&read)) return *problem;
  faults_.replace(std::move(std::get<std::vector<FaultRule>>(read)), clock_now());
  return {};
}

Reply Simulator::answer(const Call& call) {
  const Target target = read_target(call.target);
  if (!target.segments.empty() && target.segments[0] == "_sim") return control(call, target);
  if (settings_.cloud.on && claris::Claris::is_asked(call, target)) return claris(call, target);
  Reply reply = engine(call, target);
  reply.headers.emplace_back("Date",
                             http_date(std::chrono::system_clock::now() + settings_.clock_ahead));
  return reply;
}

// Another company's servers: FileMaker's load and crashes do not reach them.
Reply Simulator::claris(const Call& call, const Target& target) {
  const auto faults =
      faults_.hit({call.method, target.path, RouteKind::sign_in, 0, "", "", ""}, clock_now());
  const Order order = prepare(faults, Door::data_api);
  Reply reply = order.instead ? *order.instead : claris_.answer(call, target, clock_now());
  disturb(reply, faults);
  return reply;
}

Reply Simulator::engine(const Call& call, const Target& target) {
  const Sessions::Time now = clock_now();
  const Route route =
      odata::is_odata(call.target) ? odata_.route(call) : find_route(call.method, target);
  auto stay = std::make_shared<Visit>(stats_, route.door);
  const bool streams = route.kind == RouteKind::stream && route.door == Door::data_api;
  StreamRequest stream;
  if (streams) {
    stream = gate_.read(target, call);
    outage_.note_request(now);
  }
  stats_.count(route.door, route.kind);
  if (streams) stats_.count_hop(stream.hop);
  const std::uint64_t most = max_width_;
  if (most != 0 && stay->inside() > most) return web_page(502);
  Outage& outage = outage_of(route.door);
  if (outage.is_down(now)) return web_page(502);
  pause(settings_.latency + settings_.latency_growth * (stay->inside() - 1));

  const auto faults = faults_.hit(subject_of(call, target, route, stream), now);
  const Order order = prepare(faults, route.door);
  // A crash may have come from the faults just now.
  if (outage.is_down(clock_now())) return web_page(502);
  Reply reply =
      order.instead ? *order.instead : serve(call, target, route, stream, order, clock_now());
  if (settings_.parts) make_part(reply, call);
  disturb(reply, faults);
  if (reply.picture) watch_picture(reply, download_of(route, stream));
  if (!reply.picture) {
    stats_.bytes_out += reply.body.size();
    stats_.at(route.door).bytes_out += reply.body.size();
  }
  if (reply.picture) {
    reply.finished = [stay, after = std::move(reply.finished)](std::size_t sent, bool all) {
      if (after) after(sent, all);
    };
  }
  return reply;
}

Outage& Simulator::outage_of(Door door) {
  return door == Door::odata ? odata_outage_ : outage_;
}

Simulator::Download Simulator::download_of(const Route& route, const StreamRequest& stream) const {
  if (route.door == Door::data_api) {
    return {route.door, records_.record_id(stream.ticket->slot), stream.ticket->container};
  }
  const auto* const found =
      std::find(k_container_fields.begin(), k_container_fields.end(), route.field);
  return {route.door,
          std::stoull(route.record_id),
          static_cast<std::size_t>(found - k_container_fields.begin())};
}

Reply Simulator::serve(const Call& call,
                       const Target& target,
                       const Route& route,
                       const StreamRequest& stream,
                       const Order& order,
                       Sessions::Time now) {
  if (settings_.data_limit != 0 && stats_.bytes_out >= settings_.data_limit) quota_used_up_ = true;
  if (quota_used_up_ && route.kind != RouteKind::product_info && route.kind != RouteKind::logout) {
    if (route.door == Door::data_api) return refuse(code::data_limit);
    return odata::problem_answer(odata::read_view(call, settings_.odata),
                                 odata::filemaker_problem(code::data_limit));
  }
  if (route.door == Door::odata) return odata_.handle(call, now);
  if (route.kind == RouteKind::stream) return gate_.answer(stream, call, order.stream, now);
  return api_.handle(route, target, call, now);
}

FaultSubject Simulator::subject_of(const Call& call,
                                   const Target& target,
                                   const Route& route,
                                   const StreamRequest& stream) const {
  FaultSubject subject{call.method,
                       target.path,
                       route.kind,
                       0,
                       route.layout,
                       route.record_id,
                       route.field,
                       route.door};
  if (route.kind != RouteKind::stream) return subject;
  if (route.door == Door::odata) {
    subject.hop = 2;  // there is no redirect before the bytes
    return subject;
  }
  subject.hop = stream.hop;
  subject.layout = "API_Images";
  if (stream.ticket) {
    subject.record_id = std::to_string(records_.record_id(stream.ticket->slot));
    if (stream.ticket->container < k_containers) {
      subject.field = k_container_fields[stream.ticket->container];
    }
  }
  return subject;
}

Simulator::Order Simulator::prepare(const std::vector<Fault>& faults, Door door) {
  Order order;
  for (const Fault& fault : faults) {
    switch (fault.action) {
      case FaultAction::reply:
        order.instead = reply_of(fault, door);
        break;
      case FaultAction::delay:
        pause(fault.time);
        break;
      case FaultAction::hang:
        pause(k_hang);
        order.instead = Reply{};
        order.instead->delivery.no_answer = true;
        break;
      case FaultAction::drop_connection:
        order.instead = Reply{};
        order.instead->delivery.no_answer = true;
        break;
      case FaultAction::expire_sessions:
        sessions_.close_all();
        break;
      case FaultAction::crash:
        outage_of(door).crash(std::chrono::duration_cast<std::chrono::seconds>(fault.time),
                              clock_now());
        break;
      case FaultAction::delete_record:
        records_.remove(TableId::images, fault.number);
        break;
      case FaultAction::delete_position:
        if (const auto record = records_.record_at(fault.number - 1)) {
          records_.remove(TableId::images, *record);
        }
        break;
      case FaultAction::append_record:
        records_.append();
        break;
      case FaultAction::lock_record:
        records_.lock(fault.number, true);
        break;
      case FaultAction::data_limit:
        quota_used_up_ = true;
        break;
      case FaultAction::stale_url:
        order.stream.stale = true;
        break;
      case FaultAction::drop_cookie:
        order.stream.no_cookie = true;
        break;
      case FaultAction::location:
        order.stream.location = fault.text;
        break;
      case FaultAction::cut:
      case FaultAction::flip:
      case FaultAction::rate:
      case FaultAction::drop_reply:
      case FaultAction::content_type:
      case FaultAction::control_characters:
      case FaultAction::duplicate_ids:
        break;  // these are done to the reply
    }
  }
  return order;
}

void Simulator::disturb(Reply& reply, const std::vector<Fault>& faults) const {
  for (const Fault& fault : faults) disturb_reply(reply, fault);
}

void Simulator::watch_picture(Reply& reply, const Download& download) {
  auto stay = std::make_shared<Stay>(stats_.downloads);
  Outage& outage = outage_of(download.door);
  DoorStats& door = stats_.at(download.door);
  if (!reply.may_go_on) {
    reply.may_go_on = [&outage, epoch = outage.epoch()] { return outage.epoch() == epoch; };
  }
  reply.sent_piece = [this, &outage, &door](std::size_t bytes) {
    stats_.bytes_out += bytes;
    door.bytes_out += bytes;
    door.container_bytes += bytes;
    outage.count_bytes(bytes, clock_now());
  };
  reply.finished = [this,
                    stay,
                    download,
                    &outage,
                    &door,
                    picture = reply.picture,
                    part = reply.delivery.first,
                    flipped = reply.delivery.flip_at](std::size_t sent, bool all) {
    if (!all) return;
    if (part) {
      ++door.parts_completed;
      return;
    }
    ++stats_.downloads_completed;
    ++door.downloads_completed;
    stats_.add_served(
        {download.door, download.record_id, download.container, sent, picture, flipped});
    outage.count_download(clock_now());
  };
}

void Simulator::pause(std::chrono::milliseconds span) const {
  constexpr std::chrono::milliseconds k_slice{50};
  const auto end = clock_now() + span;
  while (!stopping_ && clock_now() < end) {
    const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(end - clock_now());
    std::this_thread::sleep_for(std::min<std::chrono::microseconds>(rest, k_slice));
  }
}

}  // namespace fmsim
