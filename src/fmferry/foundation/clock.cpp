// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/clock.hpp>

#include <time.h>

#include <array>
#include <condition_variable>
#include <mutex>

namespace fmferry {

std::chrono::steady_clock::time_point SystemClock::now() {
  return std::chrono::steady_clock::now();
}

std::chrono::system_clock::time_point SystemClock::wall() {
  return std::chrono::system_clock::now();
}

bool SystemClock::sleep_for(std::chrono::milliseconds span, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, span, [] { return false; });
  return !stop.stop_requested();
}

std::string to_iso8601(std::chrono::system_clock::time_point time) {
  const time_t seconds = std::chrono::system_clock::to_time_t(time);

  struct tm parts {};

  gmtime_r(&seconds, &parts);
  std::array<char, 32> out{};
  const auto size = strftime(out.data(), out.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {out.data(), size};
}

}  // namespace fmferry
