// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/doctor/doctor.hpp>
#include <fmferry/app/doctor/examination.hpp>

#include <algorithm>
#include <array>

namespace fmferry::doctor {
namespace {

// All doors: those that nobody asked for show what else would do.
std::vector<DoorCase> door_cases(const Config& config) {
  const auto asked = doors_of(config);
  const Weight weight =
      config.source.kind == SourceKind::automatic ? Weight::helps : Weight::needed;
  std::vector<DoorCase> cases;
  for (const Door door : {Door::data_api, Door::odata, Door::odbc}) {
    const bool is_asked = std::ranges::find(asked, door) != asked.end();
    cases.push_back({.door = door, .weight = is_asked ? weight : Weight::not_asked});
  }
  return cases;
}

std::vector<Check> checks_for(Examination& examination, bool write_test) {
  std::vector<Check> checks;
  if (examination.config.source.is_file()) {
    add_file_checks(examination, checks);
  } else {
    examination.doors = door_cases(examination.config);
    add_reach_checks(examination, checks);
    add_login_checks(examination, checks);
    add_field_checks(examination, checks);
    add_way_in_check(examination, checks);
    add_sample_check(examination, checks);
    if (write_test) add_write_test(examination, checks);
    add_backup_check(examination, checks);
  }
  add_destination_checks(examination, checks);
  add_clock_checks(examination, checks);
  if (!examination.doors.empty()) add_allowance_check(examination, checks);
  return checks;
}

}  // namespace

Report examine(const Config& config, const DoctorSettings& settings, const CallContext& context) {
  Examination examination(config);
  const auto checks = checks_for(examination, settings.write_test);
  Report report{.rows = run_checks(checks, settings.run, context)};
  for (const auto& door : examination.doors) {
    if (door.source != nullptr) door.source->close();
  }
  report.recommended = examination.recommended;
  report.code = context.stop.stop_requested() ? ExitCode::interrupted : exit_code_of(report.rows);
  return report;
}

}  // namespace fmferry::doctor
