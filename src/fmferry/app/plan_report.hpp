// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/forecast.hpp>

#include <optional>
#include <string>

namespace fmferry {

// A forecast, and what is known of the way that the bytes will take.
struct PlanReport {
  const Forecast& forecast;
  std::string way_in{};            // which doors, and why
  std::string pace{};              // "width 3 of 4", at the sample's end; empty: nothing was paced
  bool metered{false};             // what comes this way counts against an allowance
  bool has_backup{false};          // which may give a part of it at no cost
  std::int64_t allowance{0};       // 0: not known
  std::int64_t counted_before{0};  // by this ledger's runs
};

// What share of the allowance a run would take, as parts of one; and whether it fits.
struct AllowanceShare {
  double share{0};
  std::optional<double> low{};
  std::optional<double> high{};
  bool fits{true};  // also if it takes as much as it may, and with what was read before
};

[[nodiscard]] AllowanceShare share_of(const PlanReport& report);

// The records that a run refuses, or has refused, and why.
[[nodiscard]] std::map<std::string, std::int64_t> refusals_in(const Forecast& forecast);
[[nodiscard]] std::int64_t refused_in(const Forecast& forecast);

// About twenty lines for people.
[[nodiscard]] std::string plan_text(const PlanReport& report);
// One object; docs/manual/plan.md. Records are named by recordId only.
[[nodiscard]] std::string plan_json(const PlanReport& report);

}  // namespace fmferry
