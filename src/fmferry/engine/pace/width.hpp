// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

namespace fmferry {

struct WidthSettings {
  int most{4};
  int start{2};
  int clean_calls{10};  // a clean window: so many calls without a sign of overload, or ...
  std::chrono::milliseconds clean_time{5'000};     // ... this time
  std::chrono::milliseconds growth_every{10'000};  // not sooner than this after the last change
  std::chrono::milliseconds after_sign{20'000};    // nor than this after a sign of overload
  int calls_between_probes{150};  // so that what probing costs stays well under 1 % of the calls
};

// How many calls may be under way at a host that does not say how many it can bear.
//
// Widths double from the start to the first sign of overload; then a sign narrows to 0.65 (once
// for all calls that were under way, as they tell the same story) and a clean window widens by one.
// The width that failed is remembered: it is tried again only now and then, and a single refusal
// there leads straight back. If it goes well, the host bears more than before and widths double
// again; but not before they are beyond the width at which the host was lost altogether. Not
// thread-safe; no clock of its own.
class WidthControl {
 public:
  using Time = std::chrono::steady_clock::time_point;

  WidthControl(WidthSettings settings, Time now);

  [[nodiscard]] int width() const { return static_cast<int>(limit_); }

  // A call ended well (or failed by its own fault). abreast: how many were under way when it
  // began, itself included. gradient: as DelayTrack has it.
  void note_clean(int abreast, double gradient, Time now);
  // The host showed a sign of overload to a call that had begun at `began`.
  void note_sign(int abreast, Time began, Time now);
  // The host was gone and is back: from one upwards, to no more than what it bore before.
  void begin_anew(Time now);

 private:
  void begin_window(Time now);
  void widen(Time now);
  void probe(Time now);

  WidthSettings settings_;
  double limit_;
  double ceiling_;     // what it seems to bear
  double lost_at_{0};  // the width at which it fell over, if it did
  double limit_before_trouble_{0};
  double ceiling_before_trouble_{0};
  bool in_trouble_{false};  // since the last clean window
  bool doubling_{true};
  bool probing_{false};  // limit_ is above ceiling_ to find out
  int clean_{0};         // calls in this window
  int busiest_{0};       // the most abreast in this window
  double gradient_{1};   // the least in this window
  int calls_since_probe_{0};
  Time window_began_;
  Time last_change_;
  Time last_narrowed_;
  Time quiet_until_;  // no growth before this
};

}  // namespace fmferry
