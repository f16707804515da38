// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/progress.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/result.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace fmferry {

struct GateSettings {
  std::string host{"source"};                   // for messages
  int width{4};                                 // parallel calls at most
  int opens_after{3};                           // overload signs in a row
  std::chrono::milliseconds first_wait{2'000};  // doubled after each failed probe ...
  std::chrono::milliseconds longest_wait{
      900'000};  // ... up to this; the wait taken is random up to it
  std::chrono::milliseconds patience{6 * 3'600'000};  // how long an outage is waited out
  int clean_calls_to_widen{10};
};

// One limiter a host: how many calls may be under way, and a breaker that waits an outage out.
// Closed, it lets `width` calls through, narrower after each overload sign and wider again after
// clean calls. Open, it lets one call through after each wait; the first success closes it at
// width 1. A host that names a time to wait opens it at once, and is given that time. Thread-safe;
// every caller of one host shares one gate.
class Gate {
 public:
  Gate(GateSettings settings, Clock& clock, Progress* progress);

  // Reads, lists and writes may answer while every body fails; so good news of the one kind says
  // little about the other. A body that came through speaks for both.
  enum class Kind { light, body };

  // A call under way.
  struct Pass {
    Kind kind{Kind::light};
    bool probe{false};      // let through to find out whether the outage is over
    std::int64_t spell{0};  // how often the breaker had opened or closed when it began
  };

  // Blocks until a call may start. `cancelled` when stopped; `unavailable` when the outage has
  // outlasted the patience. Each success must be followed by exactly one leave().
  Result<Pass> enter(const std::stop_token& stop, Kind kind = Kind::light);
  // error: what the call ended with, if it failed. Only overload signs (disposition
  // wait_and_retry) count against the host, and a stop counts for nothing. A call that began
  // before the breaker opened or closed says nothing about the time after.
  void leave(const Pass& pass, const Error* error);

  [[nodiscard]] int width() const;

 private:
  Result<Pass> wait_for_turn(std::unique_lock<std::mutex>& lock,
                             const std::stop_token& stop,
                             Kind kind);

  [[nodiscard]] int& streak(Kind kind) {
    return kind == Kind::body ? bodies_failed_ : lights_failed_;
  }

  Status sleep_before_probe(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void note_overload(const Pass& pass, const Error& error);
  void note_success(const Pass& pass);
  void show(std::string why);

  const GateSettings settings_;
  Clock& clock_;
  Progress* progress_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_:
  double width_;
  int under_way_{0};
  int clean_{0};
  int lights_failed_{0};  // in a row
  int bodies_failed_{0};
  bool open_{false};
  bool probing_{false};
  std::int64_t spell_{0};
  int failed_probes_{0};
  std::chrono::milliseconds asked_wait_{0};  // what the host itself asked for last
  std::string last_sign_;
  std::chrono::steady_clock::time_point outage_since_{};
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace fmferry
