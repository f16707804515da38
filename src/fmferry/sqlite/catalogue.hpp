// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/ports/catalogue.hpp>
#include <fmferry/sqlite/catalogue_schema.hpp>
#include <fmferry/sqlite/connection.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <unordered_map>

namespace fmferry {

struct SqliteCatalogueOptions {
  std::filesystem::path path{};
  std::string app_label{"patients"};  // the parent's row in django_content_type
  std::string model{"patient"};
  std::string parent_table{"patients"};
  std::string parent_metadata_column{"filemaker_metadata"};  // JSON
  std::string parent_key{"filemaker_id"};                    // its key with the source's own id
  std::string source_identity{};                             // part of what batch ids are made from
  std::chrono::milliseconds busy_timeout{5000};
};

// The tables of a Django application (images_batch, images_image) in an SQLite file. Its journal
// mode is left as it is.
//
// One batch a parent and day; its id is a UUIDv5 over source, parent and day, so a second run finds
// it again. A batch that lost its last image stays, with a count of 0: nothing is ever deleted.
// "order" is the position by key within the batch. It is set anew only for batches that an image
// came to or left, or in which a key changed, so it doesn't depend on the order of arrival, and
// what people sorted by hand stays until then. On a known image, caption, thumbnail, uploader and
// time of upload are never touched, and a size that is not known here doesn't erase a known one.
//
// parents() keeps the whole mapping (about 150 bytes a parent) until another program changes the
// database. A source id that several parents claim is treated as unknown, with a warning: better no
// link than the wrong patient.
class SqliteCatalogue final : public Catalogue {
 public:
  // `not_found` or `corrupt` for a file that is not there or no database. `clock` must outlive the
  // catalogue.
  static Result<std::unique_ptr<SqliteCatalogue>> open(SqliteCatalogueOptions options,
                                                       Clock& clock);

  [[nodiscard]] std::string identity() const override;  // "sqlite:///path"
  Status check() override;
  Result<std::map<std::string, std::string>> parents(
      std::span<const std::string> source_ids) override;
  Result<UpsertCounts> upsert(std::span<const ImageRow> rows) override;
  Result<std::vector<CatalogueRow>> rows(std::span<const std::string> image_ids) override;
  Result<std::vector<CatalogueRow>> rows_after(const std::string& image_id, int limit) override;

 private:
  SqliteCatalogue(SqliteCatalogueOptions options, SqliteConnection connection, Clock& clock)
      : options_(std::move(options)), connection_(std::move(connection)), clock_(clock) {}

  Status need_schema();
  Status refresh_parents();

  SqliteCatalogueOptions options_;
  SqliteConnection connection_;
  Clock& clock_;
  std::optional<catalogue::Schema> schema_{};
  std::optional<std::int64_t> parents_version_{};  // PRAGMA data_version when they were read
  std::unordered_map<std::string, std::string> parents_{};  // empty value: claimed by several
};

}  // namespace fmferry
