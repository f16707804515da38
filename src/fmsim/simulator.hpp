// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/claris/claris.hpp>
#include <fmsim/data_api.hpp>
#include <fmsim/faults.hpp>
#include <fmsim/odata/service.hpp>
#include <fmsim/outage.hpp>
#include <fmsim/stats.hpp>
#include <fmsim/stream_gate.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace fmsim {

// The whole server without its sockets: a request in, a reply out. Thread-safe.
class Simulator {
 public:
  Simulator(const ServerSettings& settings, const Clinic& clinic, Journal& journal);

  Reply answer(const Call& call);

  // One clear line when the script is wrong; the rules before then stay.
  std::string load_faults(const std::string& script);

  // A script in clipboard XML; throws ScriptProblem. Before the first call.
  void load_script(const std::string& xml, const std::string& name) { scripts_.load(xml, name); }

  // Wakes requests that a fault holds; nothing is held from then on.
  void stop() { stopping_ = true; }

 private:
  struct Order;     // what the faults make of one request
  struct Download;  // which container is on its way

  Reply control(const Call& call, const Target& target);
  Reply claris(const Call& call, const Target& target);
  Reply engine(const Call& call, const Target& target);
  Reply serve(const Call& call,
              const Target& target,
              const Route& route,
              const StreamRequest& stream,
              const Order& order,
              Sessions::Time now);
  [[nodiscard]] FaultSubject subject_of(const Call& call,
                                        const Target& target,
                                        const Route& route,
                                        const StreamRequest& stream) const;
  [[nodiscard]] Download download_of(const Route& route, const StreamRequest& stream) const;
  Order prepare(const std::vector<Fault>& faults, Door door);
  void disturb(Reply& reply, const std::vector<Fault>& faults) const;
  void watch_picture(Reply& reply, const Download& download);
  [[nodiscard]] Outage& outage_of(Door door);
  void pause(std::chrono::milliseconds span) const;
  [[nodiscard]] std::string stats_json();

  const ServerSettings& settings_;
  const Clinic& clinic_;
  Records records_;
  Sessions sessions_;
  TicketOffice tickets_;
  Stats stats_;
  Outage outage_;
  Outage odata_outage_;
  Faults faults_;
  claris::Claris claris_;
  Accounts accounts_;
  Scripts scripts_;
  DataApi api_;
  odata::Service odata_;
  StreamGate gate_;
  std::atomic<bool> quota_used_up_{false};
  std::atomic<std::uint64_t> max_width_;  // 0: no limit
  std::atomic<bool> stopping_{false};
};

}  // namespace fmsim
