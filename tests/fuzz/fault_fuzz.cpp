// SPDX-License-Identifier: Apache-2.0
//
// Any text as a fault script of the simulator's, and its rules against a request.
#include "fuzzing.hpp"
#include <fmsim/fault_rule.hpp>

namespace {

using fmferry::fuzzing::must;

void read_script(const std::string& script) {
  const auto read = fmsim::read_fault_script(script);
  if (const auto* wrong = std::get_if<std::string>(&read)) return must(wrong->starts_with("line "));
  for (const auto& rule : std::get<std::vector<fmsim::FaultRule>>(read)) {
    must(rule.timing.first >= 1 && rule.timing.last >= rule.timing.first && rule.timing.every >= 1);
    must(rule.timing.from.count() >= 0 && rule.timing.until.count() >= 0);
    must(rule.fault.time.count() >= 0 && rule.fault.share >= 0 && rule.fault.share <= 1);
    fmferry::fuzzing::ignore(
        fmsim::matches(rule,
                       {.method = "GET",
                        .path = "/fmi/data/vLatest/databases/Clinic/layouts/API_Images/records/17",
                        .kind = fmsim::RouteKind::record,
                        .layout = "API_Images",
                        .record_id = "17",
                        .field = ""}));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_script(std::string(fmferry::fuzzing::view_of(data, size)));
  return 0;
}
