// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/stratified.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

namespace fmferry {
namespace {

constexpr std::size_t k_least_measured = 10;

double sum_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

bool is_whole(const Stratum& stratum) {
  return stratum.size <= static_cast<std::int64_t>(stratum.values.size());
}

// Of the stratum's total.
double variance_of(const Stratum& stratum) {
  const auto n = static_cast<double>(stratum.values.size());
  const auto size = static_cast<double>(stratum.size);
  const double mean = sum_of(stratum.values) / n;
  double squares = 0;
  for (const double value : stratum.values) squares += (value - mean) * (value - mean);
  return size * size * (1 - n / size) * squares / (n - 1) / n;
}

bool is_enough(std::span<const Stratum> strata) {
  std::size_t measured = 0;
  bool all_whole = true;
  for (const auto& stratum : strata) {
    measured += stratum.values.size();
    if (is_whole(stratum)) continue;
    all_whole = false;
    if (stratum.values.size() < 2) return false;
  }
  return all_whole || measured >= k_least_measured;
}

}  // namespace

double student_t(double degrees) {
  static constexpr std::array k_few{12.706, 4.303, 3.182, 2.776, 2.571};
  if (degrees < 1) return k_few.front();
  // Between whole degrees the fewer ones count: the range is never too narrow by that.
  if (degrees < 6) return k_few.at(static_cast<std::size_t>(degrees) - 1);
  // Cornish and Fisher's expansion around the normal distribution's 1.96.
  const double z = 1.959964;
  const double z2 = z * z;
  const double a = z * (z2 + 1) / 4;
  const double b = z * ((5 * z2 + 16) * z2 + 3) / 96;
  const double c = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
  return z + (a + (b + c / degrees) / degrees) / degrees;
}

Estimate estimate_total(std::span<const Stratum> strata) {
  double measured = 0;
  double in_all = 0;
  double size_measured = 0;
  double size_unmeasured = 0;
  double variance = 0;
  double spread = 0;  // of the variance, for the degrees of freedom
  const bool enough = is_enough(strata);
  for (const auto& stratum : strata) {
    const auto n = static_cast<double>(stratum.values.size());
    const auto size = static_cast<double>(stratum.size);
    (n > 0 ? size_measured : size_unmeasured) += size;
    if (n == 0) continue;
    const double sum = sum_of(stratum.values);
    measured += sum;
    in_all += size * sum / n;
    if (!enough || is_whole(stratum)) continue;
    const double its_own = variance_of(stratum);
    variance += its_own;
    spread += its_own * its_own / (n - 1);
  }
  if (size_measured > 0) in_all += size_unmeasured * in_all / size_measured;
  Estimate estimate{.total = in_all};
  if (!enough) return estimate;
  const double half =
      variance > 0 ? student_t(variance * variance / spread) * std::sqrt(variance) : 0;
  estimate.low = std::max(measured, in_all - half);
  estimate.high = in_all + half;
  return estimate;
}

std::vector<std::int64_t> allocate(std::span<const std::int64_t> sizes, std::int64_t most) {
  static constexpr std::int64_t k_least = 2;
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order,
                           [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  std::vector<std::int64_t> given(sizes.size(), 0);
  std::int64_t left = most;
  for (const std::size_t at : order) {
    given[at] = std::min({sizes[at], k_least, left});
    left -= given[at];
  }
  double waiting = 0;
  for (const std::size_t at : order) waiting += static_cast<double>(sizes[at] - given[at]);
  const double share = waiting > 0 ? std::min(1.0, static_cast<double>(left) / waiting) : 0;
  for (const std::size_t at : order) {
    const auto more = static_cast<std::int64_t>(share * static_cast<double>(sizes[at] - given[at]));
    given[at] += more;
    left -= more;
  }
  // What rounding left over.
  for (const std::size_t at : order) {
    const std::int64_t more = std::min(left, sizes[at] - given[at]);
    given[at] += more;
    left -= more;
  }
  return given;
}

// Floyd's way: memory for what is drawn, not for what it is drawn from.
std::vector<std::int64_t> draw(std::int64_t size, std::int64_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::set<std::int64_t> drawn;
  for (std::int64_t last = std::max<std::int64_t>(0, size - count); last < size; ++last) {
    const auto below = static_cast<std::uint64_t>(last) + 1;
    const auto one = static_cast<std::int64_t>(random() % below);
    if (!drawn.insert(one).second) drawn.insert(last);
  }
  return {drawn.begin(), drawn.end()};
}

}  // namespace fmferry
