// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/stratified.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

namespace fmferry {
namespace {

using Population = std::vector<double>;

// Sizes as files have them: a few are much larger than most.
Population skewed(std::size_t size, double median, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::lognormal_distribution<double> sizes(std::log(median), 0.8);
  Population made(size);
  std::ranges::generate(made, [&] { return sizes(random); });
  return made;
}

double sum(const Population& members) {
  return std::accumulate(members.begin(), members.end(), 0.0);
}

Stratum sampled(const Population& members, std::int64_t count, std::uint64_t seed) {
  Stratum stratum{.size = static_cast<std::int64_t>(members.size())};
  for (const auto at : draw(stratum.size, count, seed)) {
    stratum.values.push_back(members[static_cast<std::size_t>(at)]);
  }
  return stratum;
}

TEST(Stratified, StudentsPointsAreThoseOfTheTables) {
  EXPECT_NEAR(student_t(1), 12.706, 0.001);
  EXPECT_NEAR(student_t(3), 3.182, 0.001);
  EXPECT_NEAR(student_t(5), 2.571, 0.003);
  EXPECT_NEAR(student_t(10), 2.228, 0.001);
  EXPECT_NEAR(student_t(30), 2.042, 0.001);
  EXPECT_NEAR(student_t(1e9), 1.960, 0.001);
}

TEST(Stratified, AKnownExampleComesOutAsByHand) {
  // Mean 20, variance 100, of 5 out of 25: 500 +- t(8) * sqrt(25^2 * 0.8 * 100 / 5), twice.
  const Stratum one{.size = 25, .values = {10, 10, 20, 30, 30}};
  const std::vector<Stratum> both{one, one};
  const Estimate found = estimate_total(both);
  EXPECT_DOUBLE_EQ(found.total, 1000);
  const double half = student_t(8) * std::sqrt(2 * 625 * 0.8 * 100 / 5);
  EXPECT_NEAR(*found.high, 1000 + half, 1e-6);
  EXPECT_NEAR(*found.low, 1000 - half, 1e-6);
}

TEST(Stratified, WhatWasMeasuredWholeIsExact) {
  const std::vector<Stratum> whole{{.size = 3, .values = {1, 2, 3}}, {.size = 1, .values = {7}}};
  const Estimate found = estimate_total(whole);
  EXPECT_EQ(found.total, 13);
  EXPECT_EQ(found.low, 13);
  EXPECT_EQ(found.high, 13);
}

TEST(Stratified, NothingAtAllIsNothingForSure) {
  const Estimate found = estimate_total({});
  EXPECT_EQ(found.total, 0);
  EXPECT_EQ(found.low, 0);
  EXPECT_EQ(found.high, 0);
}

TEST(Stratified, TooFewSayNothingAboutTheError) {
  const std::vector<Stratum> few{{.size = 100, .values = {1, 2, 3}}};
  EXPECT_EQ(estimate_total(few).total, 200);
  EXPECT_FALSE(estimate_total(few).low);
  std::vector<Stratum> one_alone{{.size = 100, .values = Population(20, 5.0)},
                                 {.size = 50, .values = {9}}};
  EXPECT_FALSE(estimate_total(one_alone).high);
  one_alone[1].values.clear();
  EXPECT_EQ(estimate_total(one_alone).total, 750) << "taken to be like the others";
}

TEST(Stratified, TheRangeIsNeverBelowWhatWasMeasured) {
  Population values(12, 0.0);
  values.front() = 100;
  const std::vector<Stratum> strata{{.size = 13, .values = values}};
  EXPECT_EQ(estimate_total(strata).low, 100);
}

// Of 500 samples about 475 ranges hold the truth; skewed sizes cost some of them.
TEST(Stratified, TheRangeHoldsTheTruthAsOftenAsItSays) {
  const Population large = skewed(3000, 200'000, 1);
  const Population small = skewed(500, 20'000, 2);
  const double truth = sum(large) + sum(small);
  const std::vector<std::int64_t> sizes{3000, 500};
  const auto counts = allocate(sizes, 60);
  int held = 0;
  double estimates = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    const std::vector<Stratum> strata{sampled(large, counts[0], 2 * seed),
                                      sampled(small, counts[1], 2 * seed + 1)};
    const Estimate found = estimate_total(strata);
    held += *found.low <= truth && truth <= *found.high ? 1 : 0;
    estimates += found.total / 500;
  }
  EXPECT_GE(held, 455);
  EXPECT_LE(held, 490);
  EXPECT_NEAR(estimates / truth, 1, 0.02) << "not one-sided";
}

TEST(Stratified, SmallStrataAreMeasuredTooAndNoneBeyondItsSize) {
  const std::vector<std::int64_t> sizes{6000, 300, 5, 1, 0};
  const auto given = allocate(sizes, 60);
  EXPECT_EQ(std::accumulate(given.begin(), given.end(), std::int64_t{0}), 60);
  EXPECT_EQ(given[2], 2);
  EXPECT_EQ(given[3], 1);
  EXPECT_EQ(given[4], 0);
  EXPECT_GT(given[0], 10 * given[1]);
  EXPECT_EQ(allocate(sizes, 10'000), sizes);
  EXPECT_EQ(allocate(sizes, 0), (std::vector<std::int64_t>{0, 0, 0, 0, 0}));
  EXPECT_EQ(allocate(sizes, 3), (std::vector<std::int64_t>{2, 1, 0, 0, 0}));
}

TEST(Stratified, DrawsEachOnceTheSameForTheSameSeedAndAllAlike) {
  const auto drawn = draw(1000, 60, 7);
  EXPECT_EQ(std::set<std::int64_t>(drawn.begin(), drawn.end()).size(), 60U);
  EXPECT_TRUE(std::ranges::is_sorted(drawn));
  EXPECT_GE(drawn.front(), 0);
  EXPECT_LT(drawn.back(), 1000);
  EXPECT_EQ(draw(1000, 60, 7), drawn);
  EXPECT_NE(draw(1000, 60, 8), drawn);
  EXPECT_EQ(draw(3, 9, 1), (std::vector<std::int64_t>{0, 1, 2}));
  std::vector<int> hits(10, 0);
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    for (const auto at : draw(10, 3, seed)) ++hits[static_cast<std::size_t>(at)];
  }
  for (const int each : hits) EXPECT_NEAR(each, 900, 100);
}

}  // namespace
}  // namespace fmferry
