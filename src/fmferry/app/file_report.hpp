// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/file_findings.hpp>
#include <fmferry/filemaker/fmp12/inspection.hpp>

#include <string>
#include <vector>

namespace fmferry {

struct FileReport {
  const fmp12::FileFacts& facts;
  const std::vector<TableFindings>& tables;
};

// What a file holds, for a terminal: the file, its tables, their container fields, and what would
// not come along.
[[nodiscard]] std::string report_text(const FileReport& report, bool colours);
// The same in a few lines, for the beginning of a move.
[[nodiscard]] std::string found_text(const FileReport& report, bool colours);
// All fields of all tables.
[[nodiscard]] std::string fields_text(const FileReport& report, bool colours);
[[nodiscard]] std::string check_text(const fmp12::CheckReport& check, bool colours);
// One object; docs/formats/status-json.md. `check` may be missing.
[[nodiscard]] std::string report_json(const FileReport& report, const fmp12::CheckReport* check);

}  // namespace fmferry
