// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/row.hpp>
#include <fmferry/filemaker/fmp12/schema.hpp>
#include <fmferry/foundation/result.hpp>

#include <string>
#include <vector>

namespace fmferry {

// One stored text of a record: a field, or one repetition of it.
struct TextColumn {
  std::uint32_t field{0};
  std::uint32_t repetition{1};
  std::string name{};  // "Phone", "Phone(2)"
};

// In the order of the fields' ids; containers, globals, summaries and what is computed when shown
// are left out.
[[nodiscard]] std::vector<TextColumn> text_columns(const fmp12::Table& table);

// RFC 4180, with the line's end: record_id, mod_id, and then the columns.
[[nodiscard]] std::string csv_header(const std::vector<TextColumn>& columns);
[[nodiscard]] Result<std::string> csv_line(const fmp12::Row& row,
                                           const std::vector<TextColumn>& columns);
// {"record_id":17,"mod_id":2,"fields":{"Name":"..."}}; fields without a value are left out.
[[nodiscard]] Result<std::string> jsonl_line(const fmp12::Row& row,
                                             const std::vector<TextColumn>& columns);

}  // namespace fmferry
