// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

namespace fmferry {

struct BreakerSettings {
  int opens_after{3};                                 // overload signs in a row
  std::chrono::milliseconds first_wait{2'000};        // doubled after each failed probe ...
  std::chrono::milliseconds longest_wait{900'000};    // ... up to this; random up to it
  std::chrono::milliseconds patience{6 * 3'600'000};  // how long an outage is waited out
};

// Whether a host is worth calling. Opens after signs of overload in a row, after five among the
// last ten calls, when the host names a time to wait, and when the allowance for calls to be
// repeated (a tenth of all calls, and a hundred besides) is used up. Signs of calls that were under
// way together are one sign. Not thread-safe; no clock of its own.
class Breaker {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Reads, lists and writes may answer while every body fails; so good news of the one kind says
  // little about the other. A body that came through speaks for both.
  enum class Kind { light, body };

  explicit Breaker(BreakerSettings settings) : settings_(settings) {}

  [[nodiscard]] bool is_open() const { return open_; }

  // Of the open breaker: when one call may find out whether the outage is over, and whether it has
  // outlasted the patience.
  [[nodiscard]] Time next_probe() const { return next_probe_; }

  [[nodiscard]] bool is_out_of_patience(Time now) const {
    return now - outage_since_ > settings_.patience;
  }

  // A call that began at `began` met a sign of overload; asked: the time the host named, if any.
  // True when that opened it.
  bool note_sign(Kind kind, std::optional<std::chrono::milliseconds> asked, Time began, Time now);
  void note_success(Kind kind);
  void note_failed_probe(std::optional<std::chrono::milliseconds> asked, Time now);
  void close();

  // How long no call should begin after the last sign, so that nobody knocks at once again.
  [[nodiscard]] std::chrono::milliseconds cooling();

 private:
  [[nodiscard]] int& streak(Kind kind) {
    return kind == Kind::body ? bodies_failed_ : lights_failed_;
  }

  void remember(bool good);
  [[nodiscard]] bool half_failed() const;
  void wait_for_probe(std::optional<std::chrono::milliseconds> asked, Time now);
  std::chrono::milliseconds jittered(std::chrono::milliseconds bound, int least_part);

  BreakerSettings settings_;
  int lights_failed_{0};  // in a row
  int bodies_failed_{0};
  std::uint32_t history_{0};  // the last calls, one bit each: failed
  int remembered_{0};         // how many of its bits mean something
  double allowance_{100};     // calls that may still be repeated
  bool open_{false};
  int failed_probes_{0};
  Time last_sign_{};
  Time outage_since_{};
  Time next_probe_{};
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace fmferry
