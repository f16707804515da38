// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/time_limit.hpp>
#include <fmferry/foundation/clock.hpp>

namespace fmferry {

TimeLimit::TimeLimit(const std::stop_token& outer, std::optional<std::chrono::milliseconds> span)
    : chain_(outer, [this] { stop_.request_stop(); }) {
  if (!span) return;
  timer_ = std::jthread([this, span = *span](const std::stop_token& over) {
    SystemClock clock;
    if (!clock.sleep_for(span, over)) return;
    reached_ = !stop_.stop_requested();
    stop_.request_stop();
  });
}

}  // namespace fmferry
