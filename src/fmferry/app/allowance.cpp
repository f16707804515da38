// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/allowance.hpp>
#include <fmferry/foundation/clock.hpp>

namespace fmferry {

std::string allowance_since(const std::string& first_day,
                            std::chrono::system_clock::time_point now) {
  if (first_day.empty()) return {};
  const std::string month_and_day = first_day.substr(4) + "T00:00:00Z";
  const std::string at = to_iso8601(now);
  const int year = std::stoi(at.substr(0, 4));
  const bool is_past = at.substr(4) >= month_and_day;
  return std::to_string(is_past ? year : year - 1) + month_and_day;
}

Status take_allowance(const std::string& text, Config& config) {
  if (text.empty()) return {};
  const auto size = parse_size(text);
  if (!size || *size == 0) {
    return fail(ErrorKind::invalid, "--allowance takes a size such as 24GB");
  }
  config.source.allowance = *size;
  return {};
}

}  // namespace fmferry
