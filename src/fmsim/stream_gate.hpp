// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>
#include <fmsim/outage.hpp>
#include <fmsim/records.hpp>
#include <fmsim/sessions.hpp>
#include <fmsim/settings.hpp>
#include <fmsim/stats.hpp>
#include <fmsim/target.hpp>
#include <fmsim/tickets.hpp>

#include <optional>
#include <string>

namespace fmsim {

// What a request below /Streaming_SSL brings along.
struct StreamRequest {
  std::string name;              // the 64 hex digits
  std::optional<Ticket> ticket;  // not set: no such URL
  std::string cookie;            // X-FMS-Session-Key; "" when there is none
  std::string bearer;
  int hop{1};
};

// What a fault script wants done differently.
struct StreamTwist {
  bool stale{false};
  bool no_cookie{false};
  std::string location;
};

// Container downloads: a URL is good for a while and for its session. The first request needs the
// session's token and gets a redirect with a cookie, the second needs that cookie. Thread-safe.
class StreamGate {
 public:
  StreamGate(const ServerSettings& settings,
             const Records& records,
             const Sessions& sessions,
             TicketOffice& tickets,
             Outage& outage,
             Stats& stats);

  [[nodiscard]] StreamRequest read(const Target& target, const Call& call) const;
  Reply answer(const StreamRequest& request,
               const Call& call,
               const StreamTwist& twist,
               Sessions::Time now);

 private:
  [[nodiscard]] bool is_fresh(const StreamRequest& request, Sessions::Time now) const;
  Reply redirect(const StreamRequest& request,
                 const Call& call,
                 const StreamTwist& twist,
                 bool with_cookie);
  Reply bytes(const StreamRequest& request);

  const ServerSettings& settings_;
  const Records& records_;
  const Sessions& sessions_;
  TicketOffice& tickets_;
  Outage& outage_;
  Stats& stats_;
};

}  // namespace fmsim
