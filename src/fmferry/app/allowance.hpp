// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>

#include <chrono>
#include <string>

namespace fmferry {

// When the allowance's present period began, as the ledger writes times: the last anniversary of
// that day ("2026-03-01"), in UTC. Empty: of all time.
[[nodiscard]] std::string allowance_since(const std::string& first_day,
                                          std::chrono::system_clock::time_point now);

// What --allowance says wins over the configuration; empty: nothing. `invalid` for no size.
Status take_allowance(const std::string& text, Config& config);

}  // namespace fmferry
