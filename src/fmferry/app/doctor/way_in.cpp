// SPDX-License-Identifier: Apache-2.0
//
// Which way in the job takes, and which would be the best of all that work.
#include <fmferry/app/doctor/advice.hpp>
#include <fmferry/app/doctor/examination.hpp>
#include <fmferry/app/doctor/report.hpp>

namespace fmferry::doctor {
namespace {

std::vector<OpenDoor> doors_that_work(const Examination& examination, bool only_asked) {
  std::vector<OpenDoor> open;
  for (const auto& each : examination.doors) {
    const bool counts = !only_asked || each.weight != Weight::not_asked;
    if (counts && each.well == k_field_checks) {
      open.push_back({each.door, each.source->capabilities()});
    }
  }
  return open;
}

// As a run's first line has it, without its own "way in: ".
std::string words_for(const DoorChoice& choice,
                      std::span<const OpenDoor> doors,
                      const DoorTasks& set) {
  const std::string words = in_words(choice, doors, set);
  return words.substr(words.find(": ") + 2);
}

bool misses_a_needed_door(const Examination& examination) {
  for (const auto& each : examination.doors) {
    if (each.weight == Weight::needed && each.well != k_field_checks) return true;
  }
  return false;
}

Finding check_way_in(Examination& examination) {
  const auto all = doors_that_work(examination, false);
  if (!all.empty()) examination.recommended = choose_doors(all, {});
  if (misses_a_needed_door(examination)) return skipped("a door that is needed does not work");
  const auto asked = doors_that_work(examination, true);
  if (asked.empty()) {
    Error error = examination.first_error.value_or(
        Error{.kind = ErrorKind::invalid, .what = "no table is as configured"});
    error.what = "no door works: " + error.what;
    return fails(error, "see what is said of each door");
  }
  const DoorTasks& set = examination.config.source.doors;
  const DoorChoice choice = choose_doors(asked, set);
  examination.choice = choice;
  Finding finding = works(words_for(choice, asked, set));
  if (*examination.recommended != choice) {
    finding.to_do = "[source] kind = \"" + kind_for(*examination.recommended) +
                    "\" would be better: " + words_for(*examination.recommended, all, {});
  }
  return finding;
}

}  // namespace

void add_way_in_check(Examination& examination, std::vector<Check>& checks) {
  checks.push_back({.name = "way in", .run = [&examination](const CallContext&) {
                      return check_way_in(examination);
                    }});
}

}  // namespace fmferry::doctor
