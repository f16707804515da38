// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/pace/pace.hpp>
#include <fmferry/engine/progress.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/result.hpp>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

namespace fmferry {

// Where the threads that call one host wait for their turn; its pace says who may begin, and when.
// Every caller of the host shares one gate. One thread sleeps for all that wait for a time; a test
// owns the clock. Thread-safe.
class Gate {
 public:
  // A call under way.
  using Pass = Pace::Ticket;

  // on_rest: called, without a lock held, when the pace begins a rest.
  Gate(PaceSettings settings, Clock& clock, Progress* progress, std::function<void()> on_rest = {});

  // Blocks until a call may start. `cancelled` when stopped; `unavailable` when the outage
  // has outlasted the patience. Each success must be followed by exactly one leave().
  Result<Pass> enter(const std::stop_token& stop, Track track = Track::control);
  // error: what the call ended with, if it failed.
  void leave(const Pass& pass, const Error* error);
  // So many bytes of a body came: blocks until the next ones may. False when stopped meanwhile.
  bool carry(std::int64_t bytes, const std::stop_token& stop);

  [[nodiscard]] int width() const;
  [[nodiscard]] std::string state() const;
  // The outage has outlasted the patience: who repeats calls is to stop now.
  [[nodiscard]] bool has_given_up() const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  [[nodiscard]] Pace::Moment now() const { return {.time = clock_.now(), .wall = clock_.wall()}; }

  Status sleep(Lock& lock, std::chrono::milliseconds span, const std::stop_token& stop);
  Status wait_for_others(Lock& lock, const std::stop_token& stop);
  void changed();
  void show();

  const std::string host_;
  Clock& clock_;
  Progress* progress_;
  const std::function<void()> on_rest_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  // Guarded by mutex_:
  Pace pace_;
  std::int64_t changes_{0};
  bool sleeping_{false};  // somebody sleeps for all that wait for a time
  bool given_up_{false};
  std::string shown_{};
};

}  // namespace fmferry
