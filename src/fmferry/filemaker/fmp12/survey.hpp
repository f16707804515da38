// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/fmp12/database.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace fmferry::fmp12 {

// What a table's container cells hold, by field.
struct ContainerCounts {
  std::int64_t embedded{0};
  std::int64_t references{0};
  std::int64_t unknown{0};
};

// What one pass over a table's records (not its container objects) found.
struct TableSurvey {
  std::int64_t records{0};
  std::map<std::uint32_t, ContainerCounts> containers{};  // by field id; records and globals
  std::int64_t distinct_objects{0};                       // that values refer to
  std::int64_t objects{0};                                // in the store, by its own count
  std::vector<std::uint16_t> uses{};  // by object id, up to 65535: values that refer to it
  std::int64_t container_values{0};   // all that are not empty, globals included

  // Objects that no value names although FileMaker counts references to them: what named them may
  // have been damaged, or keeps them in a way that is not known.
  std::int64_t lost_objects{0};

  [[nodiscard]] std::int64_t unreferenced() const { return objects - distinct_objects; }

  [[nodiscard]] std::uint16_t uses_of(const std::string& object_key) const;
};

// Reads all records of a table and compares: the records with the table's own list of them, the
// fields with the catalogue. `corrupt` when something does not agree, before anybody relies on it.
// A value that looks like a container's but stands in a field of another type is `corrupt` too.
// `on_row` (may be empty) sees the number of records read so far, now and then.
Result<TableSurvey> survey(const Database& database,
                           const Table& table,
                           const std::function<Status(std::int64_t)>& on_row = {});

}  // namespace fmferry::fmp12
