// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/ledger.hpp>

#include <string>

namespace fmferry {

// The closing words of a run: a line a fate, adding up to the source's own count.
[[nodiscard]] std::string summary_text(const LedgerCounts& counts);

// One object; docs/formats/status-json.md. running: what a run that is under way does, if any.
[[nodiscard]] std::string summary_json(const LedgerCounts& counts, const std::string& running = {});

}  // namespace fmferry
