// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace fmferry {

// A part of a population of which some members were measured.
struct Stratum {
  std::int64_t size{0};
  std::vector<double> values{};  // of the members drawn at random, each once
};

// The sum over a population. Without a range: too few were measured to tell how wrong it may be.
struct Estimate {
  double total{0};
  std::optional<double> low{};  // with 95 % confidence between these two
  std::optional<double> high{};
};

// The stratified mean times the size, and t * s / sqrt(n) around it: each stratum's variance with
// the correction for a finite population, (1 - n/N), as what was measured itself is known; t for
// Welch and Satterthwaite's degrees of freedom, as the strata's variances differ. A range needs two
// measured members of each stratum that was not measured whole, and ten in all: file sizes are
// skewed, and t does not make up for that below. A stratum without any is taken to be like the
// others. Never less than what was measured.
[[nodiscard]] Estimate estimate_total(std::span<const Stratum> strata);

// The two-sided 95 % point of Student's distribution.
[[nodiscard]] double student_t(double degrees);

// How many of each stratum to measure, `most` in all: two each at least, where there are so many,
// the rest in proportion to the sizes.
[[nodiscard]] std::vector<std::int64_t> allocate(std::span<const std::int64_t> sizes,
                                                 std::int64_t most);

// `count` different numbers from 0 to size - 1, each set as likely as any other, ascending; the
// same ones for the same seed on every machine.
[[nodiscard]] std::vector<std::int64_t> draw(std::int64_t size,
                                             std::int64_t count,
                                             std::uint64_t seed);

}  // namespace fmferry
