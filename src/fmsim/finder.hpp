// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/criterion.hpp>
#include <fmsim/records.hpp>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fmsim {

struct SortKey {
  std::size_t field{0};
  bool descending{false};
};

// One find request: all criteria must hold. `omit` takes its records out of the found set.
struct FindRequest {
  std::vector<std::pair<std::size_t, Criterion>> criteria;
  bool omit{false};
};

struct Page {
  std::vector<std::uint64_t> slots;
  std::uint64_t found{0};
};

// Requests work one after the other like in find mode; when the first one omits, all records are
// the start. Records come in creation order unless sorted; `offset` is 1-based.
Page find_records(const Records& records,
                  TableId table,
                  const std::vector<FindRequest>& requests,
                  const std::vector<SortKey>& sort,
                  std::uint64_t offset,
                  std::uint64_t limit);

// The same without criteria.
Page list_records(const Records& records,
                  TableId table,
                  const std::vector<SortKey>& sort,
                  std::uint64_t offset,
                  std::uint64_t limit);

}  // namespace fmsim
