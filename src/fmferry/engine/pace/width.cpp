// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/pace/width.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace fmferry {
namespace {

// On a sign of overload; the factor that AzCopy's pacer uses.
constexpr double k_narrow = 0.65;
// How much of what the delays say is done at once.
constexpr double k_smoothing = 0.2;

}  // namespace

WidthControl::WidthControl(WidthSettings settings, Time now)
    : settings_(settings),
      limit_(std::clamp(settings.start, 1, std::max(1, settings.most))),
      ceiling_(std::max(1, settings.most)),
      window_began_(now),
      last_change_(now),
      last_narrowed_(now),
      quiet_until_(now) {}

void WidthControl::begin_window(Time now) {
  window_began_ = now;
  clean_ = 0;
  busiest_ = 0;
  gradient_ = 1;
}

void WidthControl::note_clean(int abreast, double gradient, Time now) {
  ++clean_;
  ++calls_since_probe_;
  busiest_ = std::max(busiest_, abreast);
  gradient_ = std::min(gradient_, gradient);
  if (clean_ < settings_.clean_calls && now - window_began_ < settings_.clean_time) return;
  if (gradient_ < 1) {
    doubling_ = false;
    probing_ = false;
    limit_ = std::max(1.0, limit_ * (1 - k_smoothing + k_smoothing * gradient_));
    last_change_ = now;
  } else if (2 * busiest_ >= width()) {  // else nothing is known about more
    widen(now);
  }
  in_trouble_ = false;
  begin_window(now);
}

void WidthControl::widen(Time now) {
  if (probing_ && busiest_ >= width()) {
    probing_ = false;
    doubling_ = limit_ >= lost_at_;
    ceiling_ = doubling_ ? std::max(1, settings_.most) : limit_;
  }
  const double wider = doubling_ ? limit_ * 2 : std::floor(limit_) + 1;
  if (!doubling_ && now - last_change_ < settings_.growth_every) return;
  if (now < quiet_until_ || probing_) return;
  if (std::floor(limit_) >= std::floor(ceiling_)) return probe(now);
  limit_ = std::min(wider, ceiling_);
  last_change_ = now;
}

void WidthControl::probe(Time now) {
  if (width() >= settings_.most || calls_since_probe_ < settings_.calls_between_probes) return;
  if (now - last_change_ < settings_.growth_every) return;
  probing_ = true;
  calls_since_probe_ = 0;
  limit_ = std::floor(ceiling_) + 1;
  last_change_ = now;
}

void WidthControl::note_sign(int abreast, Time began, Time now) {
  begin_window(now);
  if (!std::exchange(in_trouble_, true)) {
    limit_before_trouble_ = limit_;
    ceiling_before_trouble_ = ceiling_;
  }
  const double bearable = std::max(1, abreast - 1);
  last_change_ = now;
  if (probing_) {
    probing_ = false;
    limit_ = std::max(1.0, std::floor(limit_) - 1);
    last_narrowed_ = now;
    return;
  }
  doubling_ = false;
  quiet_until_ = now + settings_.after_sign;
  if (began < last_narrowed_) {
    // The same story, but perhaps a better knowledge of where it began.
    limit_ = std::min(limit_, bearable);
    ceiling_ = std::min(ceiling_, std::max(limit_, bearable));
    return;
  }
  limit_ = std::max(1.0, limit_ * k_narrow);
  ceiling_ = std::clamp(bearable, limit_, std::max(limit_, ceiling_));
  last_narrowed_ = now;
  calls_since_probe_ = 0;
}

void WidthControl::begin_anew(Time now) {
  if (std::exchange(in_trouble_, false)) {
    // Refusals while it fell over tell nothing; the width does, but only if it was a risky one.
    const bool risky = std::floor(limit_before_trouble_) >= std::floor(ceiling_before_trouble_);
    ceiling_ = risky ? std::max(1.0, k_narrow * limit_before_trouble_) : ceiling_before_trouble_;
    lost_at_ = std::max(lost_at_, limit_before_trouble_);
  }
  probing_ = false;
  doubling_ = false;
  limit_ = 1;
  last_change_ = now;
  last_narrowed_ = now;
  quiet_until_ = now;
  calls_since_probe_ = 0;
  begin_window(now);
}

}  // namespace fmferry
