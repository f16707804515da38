// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/catalogue.hpp>
#include <fmferry/sqlite/catalogue_schema.hpp>

#include <set>
#include <unordered_map>

namespace fmferry::catalogue {

struct Stamp {
  std::string source_identity{};
  std::string now{};  // timestamp_text()
};

// Writes the rows of one upsert() call, within a transaction that the caller holds.
class Upsert {
 public:
  static Result<Upsert> prepare(SqliteConnection& connection, const Schema& schema, Stamp stamp);

  Status add(const ImageRow& row);
  // Counts and order of the batches that add() touched.
  Status settle();

  [[nodiscard]] const UpsertCounts& counts() const { return counts_; }

 private:
  struct Statements {
    SqliteStatement find_batch;
    SqliteStatement insert_batch;
    SqliteStatement find_image;
    SqliteStatement insert_image;
    SqliteStatement update_image;
    SqliteStatement recount;
    SqliteStatement reorder;
  };

  // A row as the columns want it.
  struct Values {
    std::string id{};
    std::string batch{};
    std::string key{};
    std::string name{};
    std::int64_t length{0};
    std::string media_type{};
    std::optional<std::int64_t> width{};
    std::optional<std::int64_t> height{};
    std::string category{};
    std::optional<std::string> day{};
    std::optional<std::string> source_id{};
  };

  Upsert(const Schema& schema, Stamp stamp, Statements statements)
      : schema_(schema), stamp_(std::move(stamp)), sql_(std::move(statements)) {}

  Result<Values> encode(const ImageRow& row);
  Result<std::string> batch_for(const ImageRow& row);
  Status make_batch(const std::string& id, const ImageRow& row);
  Status insert(const Values& values);
  Status update(const Values& values);
  [[nodiscard]] bool is_as_stored(const Values& values) const;
  static void bind(SqliteStatement& statement, const Values& values);

  const Schema& schema_;
  Stamp stamp_;
  Statements sql_;
  UpsertCounts counts_{};
  std::unordered_map<std::string, std::string> batches_{};  // "parent|day" to id
  std::set<std::string> recount_{};
  std::set<std::string> reorder_{};
};

}  // namespace fmferry::catalogue
