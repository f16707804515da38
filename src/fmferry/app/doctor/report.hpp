// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/doctor/check.hpp>
#include <fmferry/app/door_choice.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fmferry::doctor {

struct Report {
  std::vector<Row> rows{};
  // The way in that does best of all that work, asked for or not.
  std::optional<DoorChoice> recommended{};
  ExitCode code{ExitCode::success};
};

// What works and what does not, as a table; then what to do, and which way in is the best.
[[nodiscard]] std::string report_text(const Report& report, bool colourful);
// One object on one line; docs/formats/status-json.md has its members.
[[nodiscard]] std::string report_json(const Report& report);

// "mixed", "dataapi", ...: what [source] kind says for it.
[[nodiscard]] std::string kind_for(const DoorChoice& choice);

}  // namespace fmferry::doctor
