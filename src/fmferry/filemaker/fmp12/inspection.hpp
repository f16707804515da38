// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/database.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace fmferry::fmp12 {

// One thing that is not as it must be.
struct Flaw {
  std::string
      where{};  // "sector 117", "table API_Images record 17 image_Full"; no values, no names
  std::string what{};
};

struct CheckReport {
  std::int64_t leaves{0};
  std::int64_t inner_nodes{0};
  std::int64_t free_sectors{0};
  std::int64_t entries{0};
  std::int64_t records{0};
  std::int64_t objects{0};         // in tables' stores
  std::int64_t proven_objects{0};  // whose MD5 agrees
  std::int64_t proven_bytes{0};
  std::vector<Flaw> flaws{};  // the first hundred
  std::int64_t flaw_count{0};
};

// All that can be checked in a file: every sector's head and payload, the tree against the chain of
// leaves, the order of all entries, records against the tables' lists, every container value, every
// object's lengths, numbering, reference count and MD5. An error only when the file can't be read
// or the work was stopped; flaws are in the report. `on_progress` gets bytes done.
Result<CheckReport> check(const Database& database,
                          const std::function<Status(std::int64_t)>& on_progress = {});

}  // namespace fmferry::fmp12
