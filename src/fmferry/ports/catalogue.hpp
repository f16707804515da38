// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace fmferry {

// One stored object as the application is to see it. Ids are text UUIDs with dashes, lower case;
// the adapter writes them as the database's column wants them.
struct ImageRow {
  std::string image_id{};    // deterministic: same source record, same id
  std::string parent_id{};   // the application's own id of the parent (patient)
  std::string parent_key{};  // what it was found by: the parent's id at the source
  std::string day{};         // "YYYY-MM-DD" or empty when not known; one batch a parent and day
  std::string key{};         // the object's key
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
  std::int64_t groups_inserted{0};
  std::int64_t groups_changed{0};
};

struct CatalogueRow {
  std::string image_id{};
  std::string key{};
  std::int64_t length{-1};  // -1: the catalogue does not keep it
};

// What may tell a record's parent, one value a rule of matching, in the rules' order; an empty one
// tells nothing.
using ParentKeys = std::vector<std::string>;

// A row that an upsert would write: a table, and each column with its value; nothing: NULL.
struct PlannedRow {
  std::string table{};
  std::vector<std::pair<std::string, std::optional<std::string>>> columns{};
};

struct Rehearsal {
  UpsertCounts counts{};
  std::vector<std::string> new_groups{};  // their ids
  std::vector<PlannedRow> rows{};         // images and groups
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
  // The application's ids of these parents, as many as were asked for; nothing for those that it
  // does not know, or that several of its rows claim: better no link than the wrong patient.
  virtual Result<std::vector<std::optional<std::string>>> parents(
      std::span<const ParentKeys> keys) = 0;
  // Inserts or updates images and the groups (batches) they need, in one transaction; keeps image
  // counts. Same rows again: everything `unchanged`. `conflict` when a row with another image_id
  // has already what must be unique; `corrupt` when a row's value does not fit its column.
  virtual Result<UpsertCounts> upsert(std::span<const ImageRow> rows) = 0;
  // What upsert() would do. Writes nothing.
  virtual Result<Rehearsal> rehearse(std::span<const ImageRow> rows) = 0;
  // The rows with these image ids, as they are now.
  virtual Result<std::vector<CatalogueRow>> rows(std::span<const std::string> image_ids) = 0;
  // All rows, whoever wrote them, in the order of their ids; after the given one (empty: from the
  // first), at most `limit`.
  virtual Result<std::vector<CatalogueRow>> rows_after(const std::string& image_id, int limit) = 0;
  // Of those, the rows whose parent the application does not have.
  virtual Result<std::vector<CatalogueRow>> orphans_after(const std::string& image_id,
                                                          int limit) = 0;
};

}  // namespace fmferry
