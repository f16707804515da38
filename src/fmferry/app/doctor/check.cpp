// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/check.hpp>

#include <algorithm>
#include <optional>
#include <set>

namespace fmferry::doctor {
namespace {

using Names = std::set<std::string, std::less<>>;

std::optional<std::string> missing_need(const Check& check, const Names& well) {
  const auto missing = std::ranges::find_if_not(
      check.needs, [&well](const std::string& need) { return well.contains(need); });
  return missing == check.needs.end() ? std::nullopt : std::optional(*missing);
}

// A failure weighs as much as the job needs what failed.
Finding weighed(Finding finding, Weight weight) {
  if (finding.outcome != Outcome::fails || weight == Weight::needed) return finding;
  finding.code = ExitCode::success;
  if (weight == Weight::helps) {
    finding.outcome = Outcome::warning;
    return finding;
  }
  return skipped("not asked for: " + finding.found);
}

Finding run_within(const Check& check, const RunSettings& settings, const CallContext& context) {
  const auto limit = check.limit.count() > 0 ? check.limit : settings.limit;
  const CallContext limited{.stop = context.stop,
                            .deadline = std::chrono::steady_clock::now() + limit};
  Finding finding = check.run(limited);
  // Some calls take the end of their time for a stop.
  const bool out_of_time = finding.code == ExitCode::interrupted && !context.stop.stop_requested();
  if (out_of_time) finding.code = ExitCode::source_failing;
  return finding;
}

}  // namespace

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::works:
      return "works";
    case Outcome::warning:
      return "warning";
    case Outcome::fails:
      return "fails";
    case Outcome::skipped:
      return "skipped";
  }
  return "skipped";
}

Finding works(std::string found) {
  return {.found = std::move(found)};
}

Finding warns(std::string found, std::string to_do) {
  return {.outcome = Outcome::warning, .found = std::move(found), .to_do = std::move(to_do)};
}

Finding fails(const Error& error, std::string to_do) {
  return {.outcome = Outcome::fails,
          .found = to_line(error),
          .to_do = std::move(to_do),
          .code = exit_code_for(error)};
}

Finding skipped(std::string why) {
  return {.outcome = Outcome::skipped, .found = std::move(why)};
}

std::vector<Row> run_checks(const std::vector<Check>& checks,
                            const RunSettings& settings,
                            const CallContext& context) {
  std::vector<Row> rows;
  Names well;
  for (const auto& check : checks) {
    if (context.stop.stop_requested()) {
      rows.push_back({check.name, check.weight, skipped("interrupted")});
      continue;
    }
    if (const auto missing = missing_need(check, well)) {
      if (check.weight == Weight::not_asked) continue;
      rows.push_back({check.name, check.weight, skipped("needs: " + *missing)});
      continue;
    }
    if (settings.begins) settings.begins(check.name);
    Finding finding = run_within(check, settings, context);
    const bool is_well = finding.outcome == Outcome::works || finding.outcome == Outcome::warning;
    if (is_well) well.insert(check.name);
    rows.push_back({check.name, check.weight, weighed(std::move(finding), check.weight)});
  }
  return rows;
}

ExitCode exit_code_of(const std::vector<Row>& rows) {
  const auto failed = std::ranges::find_if(
      rows, [](const Row& row) { return row.finding.outcome == Outcome::fails; });
  return failed == rows.end() ? ExitCode::success : failed->finding.code;
}

}  // namespace fmferry::doctor
