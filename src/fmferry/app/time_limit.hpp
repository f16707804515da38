// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <thread>

namespace fmferry {

// A stop that is asked for when the time is up, or when `outer` is. Whatever waits, waits no longer
// then, as after Ctrl-C; a deadline in each call would only look like a source that fails.
class TimeLimit {
 public:
  // Without a span only `outer` counts.
  TimeLimit(const std::stop_token& outer, std::optional<std::chrono::milliseconds> span);

  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

  // The time was up before anybody else asked for a stop.
  [[nodiscard]] bool reached() const { return reached_; }

 private:
  std::stop_source stop_{};
  std::atomic<bool> reached_{false};
  std::stop_callback<std::function<void()>> chain_;
  std::jthread timer_{};  // the last member: it ends before the others do
};

}  // namespace fmferry
