// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/pace/volume.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace fmferry {
namespace {

// With fewer downloads it was not the volume: a restart that takes its time, a blip.
constexpr std::int64_t k_least_downloads = 10;
// Two collapses after volumes that differ by more have nothing to do with each other.
constexpr double k_alike = 1.5;
constexpr double k_first_share = 0.8;  // of what was too much
constexpr double k_most_share = 0.9;
constexpr double k_growth = 1.1;
constexpr int k_rests_to_grow = 3;
constexpr int k_times_in_vain = 2;

double ratio(std::int64_t one, std::int64_t other) {
  const auto [low, high] = std::minmax(one, other);
  if (low == 0) return std::numeric_limits<double>::infinity();
  return static_cast<double>(high) / static_cast<double>(low);
}

std::int64_t share(std::int64_t of, double factor) {
  return of == 0 || factor <= 0
             ? 0
             : std::max<std::int64_t>(1,
                                      static_cast<std::int64_t>(static_cast<double>(of) * factor));
}

}  // namespace

void VolumeRest::note_collapse() {
  const Volume now = std::exchange(served_, {});
  const bool rested = limit_.downloads > 0 || limit_.bytes > 0;
  if (rested && clean_rests_ > 0) {
    const double less = ++in_vain_ < k_times_in_vain ? 0.5 : 0;
    limit_ = {.downloads = share(limit_.downloads, less), .bytes = share(limit_.bytes, less)};
    rest_ = std::min(2 * rest_, longest_rest_);
    clean_rests_ = 0;
    return;
  }
  if (rested || in_vain_ >= k_times_in_vain || now.downloads < k_least_downloads) return;
  if (last_collapse_.downloads > 0) {
    learn(last_collapse_, now);
  }
  last_collapse_ = now;
}

// By the measure that tells the same both times.
void VolumeRest::learn(Volume before, Volume now) {
  const double by_downloads = ratio(before.downloads, now.downloads);
  const double by_bytes = ratio(before.bytes, now.bytes);
  if (std::min(by_downloads, by_bytes) > k_alike) return;
  if (by_downloads <= by_bytes) {
    too_much_ = {.downloads = std::min(before.downloads, now.downloads)};
  } else {
    too_much_ = {.bytes = std::min(before.bytes, now.bytes)};
  }
  limit_ = {.downloads = share(too_much_.downloads, k_first_share),
            .bytes = share(too_much_.bytes, k_first_share)};
}

std::optional<std::chrono::milliseconds> VolumeRest::take_rest() {
  const bool due = (limit_.downloads > 0 && served_.downloads >= limit_.downloads) ||
                   (limit_.bytes > 0 && served_.bytes >= limit_.bytes);
  if (!due) return std::nullopt;
  served_ = {};
  if (++clean_rests_ % k_rests_to_grow == 0) {
    const auto grown = [](std::int64_t limit, std::int64_t too_much) {
      const std::int64_t more = std::max(limit == 0 ? 0 : limit + 1, share(limit, k_growth));
      return std::max(limit, std::min(more, share(too_much, k_most_share)));
    };
    limit_ = {.downloads = grown(limit_.downloads, too_much_.downloads),
              .bytes = grown(limit_.bytes, too_much_.bytes)};
  }
  return rest_;
}

}  // namespace fmferry
