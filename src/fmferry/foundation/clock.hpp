// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

namespace fmferry {

// Time is a dependency, so that a test of a two-hour outage takes microseconds.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::steady_clock::time_point now() = 0;
  virtual std::chrono::system_clock::time_point wall() = 0;
  // False when stop was asked for before the time was over.
  virtual bool sleep_for(std::chrono::milliseconds span, const std::stop_token& stop) = 0;
};

// The machine's clocks. Thread-safe.
class SystemClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() override;
  std::chrono::system_clock::time_point wall() override;
  bool sleep_for(std::chrono::milliseconds span, const std::stop_token& stop) override;
};

// What every blocking call carries: how to stop it, and when to give up by itself.
struct CallContext {
  std::stop_token stop{};
  std::optional<std::chrono::steady_clock::time_point> deadline{};
  // Of a body that is read: no more than so many bytes from its beginning are wanted. More may
  // come.
  std::optional<std::int64_t> first_bytes{};
  // Of a body that is read: told how long it is, and how many bytes of it are coming, before the
  // first one, where that is known.
  std::function<void(std::int64_t whole, std::int64_t coming)> on_length{};
};

// "2026-11-22T17:03:45Z", seconds, UTC.
[[nodiscard]] std::string to_iso8601(std::chrono::system_clock::time_point time);

}  // namespace fmferry
