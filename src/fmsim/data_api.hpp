// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/accounts.hpp>
#include <fmsim/message.hpp>
#include <fmsim/parameters.hpp>
#include <fmsim/records.hpp>
#include <fmsim/route.hpp>
#include <fmsim/rows.hpp>
#include <fmsim/scripts.hpp>
#include <fmsim/sessions.hpp>
#include <fmsim/settings.hpp>

#include <chrono>

namespace fmsim {

// The FileMaker Data API: everything below /fmi/data. Thread-safe.
class DataApi {
 public:
  DataApi(const ServerSettings& settings,
          const Clinic& clinic,
          const Accounts& accounts,
          Records& records,
          Sessions& sessions,
          TicketOffice& tickets,
          const Scripts& scripts);

  Reply handle(const Route& route, const Target& target, const Call& call, Sessions::Time now);

 private:
  Reply dispatch(const Route& route, const Target& target, const Call& call, Sessions::Time now);
  Reply in_session(const Route& route, const Target& target, const Call& call, Sessions::Time now);
  Reply on_layout(const Route& route, const Target& target, const Call& call, Sessions::Time now);

  // data_api_sessions.cpp
  Reply log_in(const Route& route, const Call& call, Sessions::Time now);
  Reply set_globals(const Route& route, const Call& call);
  std::string require_session(const Route& route, const Call& call, Sessions::Time now);

  // data_api_read.cpp
  Reply list(const Route& route, const Target& target, const Reader& reader);
  Reply get(const Route& route, const Target& target, const Reader& reader);
  Reply find(const Route& route, const Call& call, const Reader& reader);
  Reply show(const Layout& layout,
             const ReadOptions& options,
             const Page& page,
             const Reader& reader);
  [[nodiscard]] Reader reader_for(const Call& call, Sessions::Time now) const;

  // data_api_write.cpp
  Reply create(const Route& route, const Call& call);
  Reply edit(const Route& route, const Call& call);
  Reply duplicate(const Route& route, const Call& call);
  Reply remove(const Route& route, const Target& target);
  Reply upload(const Route& route, const Target& target, const Call& call);
  Reply run_one(const Route& route, const Target& target);

  const ServerSettings& settings_;
  const Clinic& clinic_;
  const Accounts& accounts_;
  Records& records_;
  Sessions& sessions_;
  TicketOffice& tickets_;
  const Scripts& scripts_;
  RowWriter rows_;
};

// Seconds of the clock that tickets carry.
std::uint32_t ticket_seconds(Sessions::Time now);

// The layout of a route; refused with 105 when there is none.
const Layout& layout_of(const Route& route);

std::uint64_t record_id_of(const Route& route);

// The token of an Authorization header; "" when it is no Bearer.
std::string bearer_of(const Call& call);

}  // namespace fmsim
