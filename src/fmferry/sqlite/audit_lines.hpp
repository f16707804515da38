// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/sink.hpp>
#include <fmferry/sqlite/ledger.hpp>

#include <filesystem>
#include <string>

namespace fmferry {

struct AuditEnd {
  std::int64_t events{0};
  std::string head{};  // the hash of the last event
};

// The ledger's events as JSON lines, with their hash chain, and a last line that says where it
// ends: docs/formats/audit.md.
Result<AuditEnd> write_audit_lines(const std::filesystem::path& ledger, const ByteSink& sink);

// Proves such a file without the ledger it came from, line by line. The finding names the first
// line that was altered, is missing or was added; `records` stays 0.
[[nodiscard]] Result<LedgerCheck> check_audit_lines(const std::filesystem::path& file);

}  // namespace fmferry
