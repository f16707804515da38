// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/timetable.hpp>
#include <fmferry/engine/pace/breaker.hpp>
#include <fmferry/engine/pace/delay.hpp>
#include <fmferry/engine/pace/volume.hpp>
#include <fmferry/engine/pace/width.hpp>
#include <fmferry/foundation/error.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace fmferry {

// What kind of call it is: each kind has delays of its own.
enum class Track { control, list, read, write, body };

struct PaceSettings {
  std::string host{"source"};  // for messages
  BreakerSettings breaker{};
  WidthSettings width{};
  bool adaptive{true};       // off: always the full width, no rests; the breaker stays
  bool follows_delay{true};  // narrows when answers take longer than usual
  bool rests{true};          // after so much volume, once it was learnt that this is too much
  double max_rate{0};        // calls a second at most; 0: no limit
  Timetable bandwidth{};     // of bodies, and when nothing may begin
};

// The pace of one host: how many calls may be under way, and when the next one may begin. Pure
// logic over what the calls met and the time that it is told; the limits that the user set (width,
// rate, bytes by the time of day) always win. Not thread-safe: see Gate.
class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Moment {
    Time time{};
    std::chrono::system_clock::time_point wall{};  // for the timetable, and for people
  };

  // What a caller that wants to begin a call has to do.
  struct Turn {
    enum class May {
      begin,
      wait_for_a_call,  // until one of those under way has ended
      wait,             // for that span, then ask again
      give_up,          // the outage has outlasted the patience
    };
    May may{May::begin};
    std::chrono::milliseconds span{0};
  };

  // A call under way.
  struct Ticket {
    Track track{Track::control};
    bool probe{false};      // let through to find out whether the outage is over
    std::int64_t spell{0};  // how often the breaker had opened or closed when it began
    int abreast{1};         // calls under way then, this one included
    Time began{};
    // Filled in by the caller; of a body: when its first byte came, and how many came in all.
    std::optional<Time> first_byte{};
    std::int64_t bytes{0};
  };

  Pace(PaceSettings settings, Time now);

  Turn ask(Track track, Moment now);
  // After ask() has said so.
  Ticket begin(Track track, Moment now);
  // error: what the call ended with, if it failed. Only overload signs (disposition
  // wait_and_retry) count against the host, and a stop counts for nothing. A call that began
  // before the breaker opened or closed says nothing about the time after.
  void end(const Ticket& ticket, const Error* error, Moment now);
  // So many bytes of a body came: how long to wait before the next ones are taken.
  std::chrono::milliseconds carry(std::int64_t bytes, Moment now);
  // True once for each rest that has begun.
  [[nodiscard]] bool take_rest_begun();

  [[nodiscard]] int width() const;
  // What it does and why: "width 1 of 8: 502 at 14:03:11, resting 24 s". For people.
  [[nodiscard]] std::string state() const;

  // There is a why.
  [[nodiscard]] bool is_troubled() const { return !last_sign_.empty() || !doing_.empty(); }

  [[nodiscard]] const std::string& last_reason() const { return last_reason_; }

 private:
  [[nodiscard]] Turn ask_while_open(Time now) const;
  void note_overload(const Ticket& ticket, const Error& error, Moment now);
  [[nodiscard]] std::string waiting_text(Time now) const;
  void note_success(const Ticket& ticket, Moment now);
  void note_sign(const std::string& what, Moment now);
  [[nodiscard]] double note_delay(const Ticket& ticket, Time now);
  void rest_if_due(Time now);

  PaceSettings settings_;
  WidthControl width_;
  Breaker breaker_;
  VolumeRest volume_;
  std::array<DelayTrack, 5> delays_{};
  int under_way_{0};
  bool probing_{false};
  std::int64_t spell_{0};
  bool rest_begun_{false};
  Time not_before_{};  // no call begins sooner
  Time next_call_{};   // by the rate that the user set
  Time next_byte_{};   // by the timetable
  Time last_sign_at_{};
  std::string last_sign_{};    // "502 at 14:03:11"; empty: none, or no news any more
  std::string last_reason_{};  // "502"
  std::string doing_{};        // "resting 24 s"; empty: nothing out of the ordinary
};

}  // namespace fmferry
