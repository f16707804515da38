// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fault_rule.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace fmsim {

// The fault script that is in force, and how often each rule was hit. Thread-safe.
class Faults {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Faults(std::uint64_t seed) : seed_(seed) {}

  // Takes the place of the rules before; `from` and `until` count from now, hits from one.
  void replace(std::vector<FaultRule> rules, Time now);

  // The faults that this request gets, in the order of the script; counts it.
  std::vector<Fault> hit(const FaultSubject& subject, Time now);

  // A JSON array: line, rule, seen (matching requests), hits, done.
  [[nodiscard]] std::string json() const;

 private:
  struct Counted {
    FaultRule rule;
    std::uint64_t seen{0};
    std::uint64_t hits{0};
  };

  [[nodiscard]] bool is_due(const Counted& counted, std::chrono::milliseconds age) const;

  const std::uint64_t seed_;
  mutable std::mutex mutex_;
  std::vector<Counted> rules_;
  Time since_{};
};

}  // namespace fmsim
