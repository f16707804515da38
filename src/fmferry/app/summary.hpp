// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/ledger.hpp>

#include <string>

namespace fmferry {

// The closing words of a run: a line a fate, adding up to the source's own count.
[[nodiscard]] std::string summary_text(const LedgerCounts& counts);

// One object; docs/formats/status-json.md.
[[nodiscard]] std::string summary_json(const LedgerCounts& counts);

}  // namespace fmferry
