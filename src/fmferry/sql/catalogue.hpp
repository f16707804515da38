// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/ports/catalogue.hpp>
#include <fmferry/sql/database.hpp>
#include <fmferry/sql/mapped_table.hpp>
#include <fmferry/sql/mapping.hpp>
#include <fmferry/sql/parents.hpp>

#include <memory>
#include <optional>
#include <string>

namespace fmferry::sql {

// The tables of an application, as a mapping describes them, in any database.
//
// One group a parent and day; its id is made from source, day and the parent's id at the source,
// so a second run finds it again, and so does one after the parents were imported anew: then the
// group is given its new parent. A group that lost its last image stays, with a count of 0: nothing
// is ever deleted. An image's place in its group is set anew only for groups that an image came to
// or left, or in which a key changed, so it doesn't depend on the order of arrival, and what people
// sorted by hand stays until then. Columns that are written `once` are never touched again, and
// what is not known of the bytes now doesn't erase what was known.
class SqlCatalogue final : public Catalogue {
 public:
  // `source_identity` is part of what the groups' ids are made from. `clock` must outlive it.
  SqlCatalogue(std::unique_ptr<Database> database,
               Mapping mapping,
               std::string source_identity,
               Clock& clock)
      : database_(std::move(database)),
        mapping_(std::move(mapping)),
        source_(std::move(source_identity)),
        clock_(clock) {}

  [[nodiscard]] std::string identity() const override { return database_->identity(); }

  Status check() override;
  Result<std::vector<std::optional<std::string>>> parents(
      std::span<const ParentKeys> keys) override;
  Result<UpsertCounts> upsert(std::span<const ImageRow> rows) override;
  Result<Rehearsal> rehearse(std::span<const ImageRow> rows) override;
  Result<std::vector<CatalogueRow>> rows(std::span<const std::string> image_ids) override;
  Result<std::vector<CatalogueRow>> rows_after(const std::string& image_id, int limit) override;
  Result<std::vector<CatalogueRow>> orphans_after(const std::string& image_id, int limit) override;

 private:
  // Learnt from the live schema by check().
  struct Schema {
    MappedTable images;
    std::optional<MappedTable> groups{};
    std::optional<Parents> parents{};
  };

  Status need_schema();
  Status read_schema();
  Status make_own_table();
  Result<Mapping> completed() const;
  Result<UpsertCounts> write(std::span<const ImageRow> rows, Rehearsal* rehearsal);
  [[nodiscard]] std::string select_rows(const std::string& rest) const;
  Result<std::vector<CatalogueRow>> page(const std::string& condition,
                                         const std::string& image_id,
                                         int limit);
  void report(const Encoding& encoding) const;

  std::unique_ptr<Database> database_;
  Mapping mapping_;
  const std::string source_;
  Clock& clock_;
  std::optional<Schema> schema_{};
  bool own_table_is_there_{true};  // false only for the mapping `plain`, before its first rows
};

}  // namespace fmferry::sql
