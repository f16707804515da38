// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/exit_code.hpp>
#include <fmferry/foundation/clock.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry::doctor {

enum class Outcome { works, warning, fails, skipped };

[[nodiscard]] std::string_view name_of(Outcome outcome);

// What one check came to. No field values, no file names, no secrets in its texts.
struct Finding {
  Outcome outcome{Outcome::works};
  std::string found{};
  std::string to_do{};               // empty where there is nothing to do
  ExitCode code{ExitCode::success};  // what a failure ends the command with
};

[[nodiscard]] Finding works(std::string found);
[[nodiscard]] Finding warns(std::string found, std::string to_do);
[[nodiscard]] Finding fails(const Error& error, std::string to_do);
[[nodiscard]] Finding skipped(std::string why);

// What a failure means for the job as it is configured.
enum class Weight {
  needed,     // it can't run
  helps,      // it runs in another way: a warning
  not_asked,  // nothing: it was only tried because that costs little
};

struct Check {
  std::string name{};
  std::vector<std::string> needs{};  // checks before it that must have come out well
  Weight weight{Weight::needed};
  std::function<Finding(const CallContext&)> run{};
  std::chrono::seconds limit{0};  // 0: the usual one
};

struct Row {
  std::string name{};
  Weight weight{Weight::needed};
  Finding finding{};
};

struct RunSettings {
  std::chrono::seconds limit{20};  // of a check that has none of its own
  // Told of each check before it begins.
  std::function<void(const std::string& name)> begins{};
};

// Runs the checks in their order. None of them ends the others: one whose needs did not come out
// well is skipped and says why, or is left out where nobody asked for it.
[[nodiscard]] std::vector<Row> run_checks(const std::vector<Check>& checks,
                                          const RunSettings& settings,
                                          const CallContext& context);

// That of the first failure.
[[nodiscard]] ExitCode exit_code_of(const std::vector<Row>& rows);

}  // namespace fmferry::doctor
