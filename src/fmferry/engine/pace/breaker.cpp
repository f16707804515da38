// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/pace/breaker.hpp>

#include <algorithm>
#include <bit>

namespace fmferry {
namespace {

constexpr int k_history = 10;
constexpr std::uint32_t k_history_mask = (1U << k_history) - 1;
constexpr double k_allowance = 100;
constexpr double k_earned_by_success = 0.1;
// The first wait after a sign that did not open it, as a part of the first wait of an outage.
constexpr int k_cooling_part = 8;
constexpr int k_most_doublings = 20;

}  // namespace

void Breaker::remember(bool good) {
  history_ = ((history_ << 1U) | (good ? 0U : 1U)) & k_history_mask;
  remembered_ = std::min(remembered_ + 1, k_history);
}

bool Breaker::half_failed() const {
  return remembered_ == k_history && 2 * std::popcount(history_) >= k_history;
}

bool Breaker::note_sign(Kind kind,
                        std::optional<std::chrono::milliseconds> asked,
                        Time began,
                        Time now) {
  const bool same_story = began < last_sign_;
  if (same_story && !asked) return false;
  const bool known = std::max(lights_failed_, bodies_failed_) >= settings_.opens_after;
  last_sign_ = now;
  remember(false);
  const bool allowed = allowance_ >= 1;
  if (allowed) allowance_ -= 1;
  const int failed = ++streak(kind);
  if (failed == 1 && !known) outage_since_ = now;
  if (failed < settings_.opens_after && !asked && !half_failed() && allowed) return false;
  open_ = true;
  // Open again although nothing but light calls went well since: the wait goes on growing.
  failed_probes_ = failed > settings_.opens_after ? failed_probes_ + 1 : 0;
  wait_for_probe(asked, now);
  return true;
}

void Breaker::note_success(Kind kind) {
  remember(true);
  allowance_ = std::min(k_allowance, allowance_ + k_earned_by_success);
  lights_failed_ = 0;
  if (kind == Kind::body) bodies_failed_ = 0;
}

void Breaker::note_failed_probe(std::optional<std::chrono::milliseconds> asked, Time now) {
  ++failed_probes_;
  last_sign_ = now;
  wait_for_probe(asked, now);
}

void Breaker::close() {
  open_ = false;
  history_ = 0;
  remembered_ = 0;
}

void Breaker::wait_for_probe(std::optional<std::chrono::milliseconds> asked, Time now) {
  const std::chrono::milliseconds grown =
      settings_.first_wait * (std::int64_t{1} << std::min(failed_probes_, k_most_doublings));
  const auto wait = jittered(std::min(grown, settings_.longest_wait), 4);
  const auto wish = std::min(asked.value_or(std::chrono::milliseconds(0)), settings_.patience);
  next_probe_ = now + std::max(wait, wish);
}

std::chrono::milliseconds Breaker::cooling() {
  const int signs = std::max({1, lights_failed_, bodies_failed_});
  const auto grown = settings_.first_wait / k_cooling_part * (1 << std::min(signs - 1, 3));
  return jittered(std::max(grown, std::chrono::milliseconds(1)), 2);
}

std::chrono::milliseconds Breaker::jittered(std::chrono::milliseconds bound, int least_part) {
  std::uniform_int_distribution<std::int64_t> span(bound.count() / least_part, bound.count());
  return std::chrono::milliseconds(span(random_));
}

}  // namespace fmferry
