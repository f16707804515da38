// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/catalogue.hpp>
#include <fmferry/sql/database.hpp>
#include <fmferry/sql/mapped_table.hpp>
#include <fmferry/sql/mapping.hpp>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace fmferry::sql {

// What is the same for all rows of one call.
struct WriteContext {
  std::string source{};
  std::string content_type{};
  std::string now{};
};

// The rows of one upsert: first all are made, then they are written within a transaction that the
// caller holds. What it was given must outlive it.
class ImageWrite {
 public:
  ImageWrite(Database& database,
             const Mapping& mapping,
             const MappedTable& images,
             const MappedTable* groups,
             WriteContext context,
             Encoding& encoding)
      : database_(database),
        mapping_(mapping),
        images_(images),
        groups_(groups),
        context_(std::move(context)),
        encoding_(encoding) {}

  Status add(const ImageRow& row);
  // With `rehearsal` also says there what is written.
  Status put(Rehearsal* rehearsal);
  // Counts and order of the groups that put() touched.
  Status settle();

  [[nodiscard]] const UpsertCounts& counts() const { return counts_; }

 private:
  Result<std::string> group_for(const ImageRow& row);
  Status compare_with_stored(const std::vector<MappedRow>& images);
  Status tell(Rehearsal& rehearsal, const std::vector<MappedRow>& images);
  Status recount();
  Status reorder();

  Database& database_;
  const Mapping& mapping_;
  const MappedTable& images_;
  const MappedTable* groups_;
  const WriteContext context_;
  Encoding& encoding_;
  std::map<std::string, MappedRow> image_rows_{};  // by id
  std::map<std::string, MappedRow> group_rows_{};
  UpsertCounts counts_{};
  std::set<std::string> recount_{};
  std::set<std::string> reorder_{};
};

}  // namespace fmferry::sql
