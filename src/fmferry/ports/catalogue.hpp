// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace fmferry {

// One stored object as the application is to see it. Ids are text UUIDs with dashes, lower case;
// the adapter writes them as the database's column wants them.
struct ImageRow {
  std::string image_id{};   // deterministic: same source record, same id
  std::string parent_id{};  // the application's own id of the parent (patient)
  std::string day{};        // "YYYY-MM-DD" or empty when not known; one batch a parent and day
  std::string key{};        // the object's key
  std::string original_name{};
  std::int64_t length{0};
  std::string media_type{};
  std::optional<int> width{};
  std::optional<int> height{};
  std::string category{};
  std::string sha256{};              // lower-case hex
  std::optional<int> orientation{};  // this and the next two: see Inspection
  std::string taken{};
  std::optional<int> pages{};
  std::string thumbnail_key{};  // empty: none
  std::int64_t thumbnail_length{0};
  std::string container{};  // the field it came from
  std::int64_t record_id{0};
  std::map<std::string, std::string> fields{};  // of the source record, as the mapping asks
  std::string source_id{};  // the record's own id; goes to filemaker_id when it is a UUID
};

struct UpsertCounts {
  std::int64_t inserted{0};
  std::int64_t changed{0};
  std::int64_t unchanged{0};
};

struct CatalogueRow {
  std::string image_id{};
  std::string key{};
  std::int64_t length{0};
};

// The application's database. Not thread-safe: one caller. Every call is one transaction or none:
// what failed changed nothing.
class Catalogue {
 public:
  virtual ~Catalogue() = default;

  [[nodiscard]] virtual std::string identity() const = 0;
  // Reads the live schema and says, before the first row, what is missing or what column would be
  // left without a value. `invalid` with the table and column named.
  virtual Status check() = 0;
  // The application's ids of the parents with these source ids; those it does not know are left
  // out.
  virtual Result<std::map<std::string, std::string>> parents(
      std::span<const std::string> source_ids) = 0;
  // Inserts or updates images and the batches they need, in one transaction; keeps image counts.
  // Same rows again: everything `unchanged`. `conflict` when a row with another image_id already
  // has the same source_id.
  virtual Result<UpsertCounts> upsert(std::span<const ImageRow> rows) = 0;
  // The rows with these image ids, as they are now.
  virtual Result<std::vector<CatalogueRow>> rows(std::span<const std::string> image_ids) = 0;
  // All rows, whoever wrote them, in the order of their ids; after the given one (empty: from the
  // first), at most `limit`.
  virtual Result<std::vector<CatalogueRow>> rows_after(const std::string& image_id, int limit) = 0;
};

}  // namespace fmferry
