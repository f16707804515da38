// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/pace/pace.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace fmferry::test {

// A host as a model, and callers that read a record and fetch its body again and again as the pace
// lets them. One thread and no clock: what happens next is taken from a queue of events.
class ModelledHost {
 public:
  using Time = Pace::Time;

  struct Behaviour {
    // How many calls it bears at that time; one more is refused at once.
    std::function<int(std::chrono::seconds)> capacity{[](auto) { return 1000; }};
    // Gone at that time, whatever it has served.
    std::function<bool(std::chrono::seconds)> outage{[](auto) { return false; }};
    std::chrono::milliseconds read{50};
    std::chrono::milliseconds body{200};
    std::chrono::milliseconds refusal{20};
    std::chrono::milliseconds slower_by_call{0};  // for each other call under way
    int dies_after{0};                            // downloads; 0: never
    std::chrono::seconds down{90};
    std::chrono::seconds recovers_after{
        15};  // so long without a download, its memory is free again
  };

  struct Tally {
    std::int64_t calls{0};
    std::int64_t bodies{0};   // served
    std::int64_t refused{0};  // while it was up
    std::int64_t while_down{0};
    int deaths{0};
    bool given_up{false};
  };

  ModelledHost(Behaviour behaviour, PaceSettings settings, int callers);

  // Lets so much time pass; what happened in it.
  Tally run(std::chrono::seconds span);

  [[nodiscard]] std::chrono::seconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch());
  }

  [[nodiscard]] Pace& pace() { return pace_; }

 private:
  struct Call {
    Pace::Ticket ticket;
    std::size_t caller;
    bool good;
  };

  [[nodiscard]] Pace::Moment moment() const;
  [[nodiscard]] bool is_down();
  // Lets callers begin until one has to wait; when to ask again, if not at the end of a call.
  Time begin_calls();
  void begin(std::size_t caller);
  void die();
  void end(const Call& call);

  Behaviour behaviour_;
  Time now_{};
  Pace pace_;
  std::vector<Track> next_;  // of each caller that has no call under way
  std::vector<bool> busy_;
  std::multimap<Time, Call> endings_;
  int serving_{0};
  Time up_again_{};
  Time last_download_{};
  int downloads_{0};
  Tally tally_;
};

}  // namespace fmferry::test
