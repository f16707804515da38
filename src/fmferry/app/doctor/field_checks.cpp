// SPDX-License-Identifier: Apache-2.0
//
// The table behind each door: its fields, its containers, and whether mark and stamp can be
// written.
#include <fmferry/app/doctor/advice.hpp>
#include <fmferry/app/doctor/examination.hpp>
#include <fmferry/app/doctor/fields.hpp>

namespace fmferry::doctor {
namespace {

Place place_of(const Config& config, Door door) {
  return door == Door::data_api ? "layout '" + config.source.layout + "'"
                                : "table '" + config.source.occurrence + "'";
}

Finding counted(DoorCase& door, Finding finding) {
  if (finding.outcome != Outcome::fails) ++door.well;
  return finding;
}

// Asks for the description that all three reviews go by.
Finding check_fields(Examination& examination, DoorCase& door, const CallContext& context) {
  auto fields = door.source->fields(context);
  if (!fields) {
    note(examination, fields.error(), door.weight);
    const std::string to_do =
        fields.error().kind == ErrorKind::invalid
            ? "check [source] layout (Data API) or table (OData, ODBC), and that the account may "
              "see it"
            : advice_for(fields.error(), door.door);
    return fails(fields.error(), to_do);
  }
  door.fields = std::move(*fields);
  return {};
}

}  // namespace

void add_field_checks(Examination& examination, std::vector<Check>& checks) {
  for (auto& door : examination.doors) {
    const std::string title = title_of(door.door);
    const Config& config = examination.config;
    const Place place = place_of(config, door.door);
    checks.push_back({.name = title + " table",
                      .needs = {title + " login"},
                      .weight = door.weight,
                      .run = [&examination, &door, place](const CallContext& context) {
                        Finding finding = check_fields(examination, door, context);
                        if (finding.outcome == Outcome::works) finding.found = place + " is there";
                        return finding;
                      }});
    const auto add = [&](const std::string& what, auto review) {
      checks.push_back({.name = title + what,
                        .needs = {title + " table"},
                        .weight = door.weight,
                        .run = [&config, &door, place, review](const CallContext&) {
                          return counted(door, review(door.fields, config.job, place));
                        }});
    };
    add(" fields", review_fields);
    add(" containers", review_containers);
    add(" mark, stamp", review_written_fields);
  }
}

}  // namespace fmferry::doctor
