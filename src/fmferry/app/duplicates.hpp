// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/ledger.hpp>

#include <string>
#include <vector>

namespace fmferry {

// Moved records with the same bytes.
struct DuplicateGroup {
  struct Member {
    RecordId record_id{0};
    std::string id{};
    std::string key{};
  };

  SameBytes bytes{};
  std::vector<Member> members{};  // in the order of recordIds

  // What one object instead of several would take less.
  [[nodiscard]] std::int64_t could_save() const { return (bytes.objects - 1) * bytes.length; }
};

// From the ledger alone, those first that take most room. In memory are the groups, not the ledger.
[[nodiscard]] Result<std::vector<DuplicateGroup>> find_duplicates(Ledger& ledger);

[[nodiscard]] std::string duplicates_text(const std::vector<DuplicateGroup>& groups);
// One object; docs/formats/status-json.md.
[[nodiscard]] std::string duplicates_json(const std::vector<DuplicateGroup>& groups);

}  // namespace fmferry
