// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/kill_point.hpp>
#include <fmferry/foundation/log.hpp>
#include <fmferry/sqlite/catalogue.hpp>
#include <fmferry/sqlite/catalogue_upsert.hpp>

#include <sqlite3.h>

#include <utility>

namespace fmferry {

using catalogue::ParentNames;
using catalogue::Stamp;
using catalogue::Upsert;

namespace {

// UUIDs are the same in any case; other ids are taken as they are.
std::string lookup_form(std::string_view source_id) {
  return looks_like_uuid(source_id) ? to_lower(source_id) : std::string(source_id);
}

// On bad JSON json_extract() would end the whole query.
std::string parents_query(const SqliteCatalogueOptions& options) {
  const std::string column = catalogue::quoted(options.parent_metadata_column);
  return "SELECT id, CASE WHEN json_valid(" + column + ") THEN json_extract(" + column +
         ", ?1) END AS source FROM " + catalogue::quoted(options.parent_table) +
         " WHERE source IS NOT NULL";
}

}  // namespace

Result<std::unique_ptr<SqliteCatalogue>> SqliteCatalogue::open(SqliteCatalogueOptions options,
                                                               Clock& clock) {
  FMF_TRY_ASSIGN(SqliteConnection connection,
                 SqliteConnection::open(options.path, {.busy_timeout = options.busy_timeout}));
  return std::unique_ptr<SqliteCatalogue>(
      new SqliteCatalogue(std::move(options), std::move(connection), clock));
}

std::string SqliteCatalogue::identity() const {
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(options_.path, ignored);
  return "sqlite://" + percent_encode(absolute.lexically_normal().string(), true);
}

Status SqliteCatalogue::check() {
  schema_.reset();
  if (sqlite3_db_readonly(connection_.get(), "main") != 0) {
    return fail(ErrorKind::denied, "the catalogue's database file may not be written to");
  }
  if (!connection_.query_integer("SELECT json_extract('{\"a\": 1}', '$.a')")) {
    return fail(ErrorKind::invalid, "this SQLite library has no JSON functions");
  }
  if (options_.parent_key.empty() || options_.parent_key.find('"') != std::string::npos) {
    return fail(ErrorKind::invalid, "the key of the parent's metadata is empty or has a quote");
  }
  const ParentNames parent{.app_label = options_.app_label,
                           .model = options_.model,
                           .table = options_.parent_table,
                           .metadata_column = options_.parent_metadata_column};
  FMF_TRY_ASSIGN(schema_, catalogue::read_schema(connection_, parent));
  return {};
}

Status SqliteCatalogue::need_schema() {
  if (schema_) return {};
  return check();
}

Status SqliteCatalogue::refresh_parents() {
  FMF_TRY_ASSIGN(const std::int64_t version, connection_.query_integer("PRAGMA data_version"));
  if (parents_version_ == version) return {};
  parents_version_.reset();
  parents_.clear();
  FMF_TRY_ASSIGN(SqliteStatement query, connection_.prepare(parents_query(options_)));
  query.bind_text(1, "$.\"" + options_.parent_key + "\"");
  std::size_t claimed_twice = 0;
  while (true) {
    FMF_TRY_ASSIGN(const bool found, query.step());
    if (!found) break;
    const auto [known, is_new] = parents_.try_emplace(lookup_form(query.text_view(1)),
                                                      catalogue::plain_uuid(query.text_view(0)));
    if (!is_new && !std::exchange(known->second, {}).empty()) ++claimed_twice;
  }
  if (claimed_twice > 0) {
    log(LogLevel::warning,
        std::to_string(claimed_twice) + " source ids belong to more than one row of table " +
            options_.parent_table + "; nothing is linked to those rows");
  }
  parents_version_ = version;
  return {};
}

Result<std::map<std::string, std::string>> SqliteCatalogue::parents(
    std::span<const std::string> source_ids) {
  FMF_TRY(need_schema());
  FMF_TRY(refresh_parents());
  std::map<std::string, std::string> found;
  for (const std::string& source_id : source_ids) {
    const auto known = parents_.find(lookup_form(source_id));
    if (known != parents_.end() && !known->second.empty()) found[source_id] = known->second;
  }
  return found;
}

Result<UpsertCounts> SqliteCatalogue::upsert(std::span<const ImageRow> rows) {
  FMF_TRY(need_schema());
  FMF_TRY_ASSIGN(SqliteTransaction transaction, SqliteTransaction::begin(connection_));
  Stamp stamp{.source_identity = options_.source_identity,
              .now = catalogue::timestamp_text(clock_.wall())};
  FMF_TRY_ASSIGN(Upsert upsert, Upsert::prepare(connection_, *schema_, std::move(stamp)));
  for (const ImageRow& row : rows) FMF_TRY(upsert.add(row));
  FMF_KILL_POINT("catalogue.settle.before");
  FMF_TRY(upsert.settle());
  FMF_KILL_POINT("catalogue.commit.before");
  FMF_TRY(transaction.commit());
  FMF_KILL_POINT("catalogue.commit.after");
  return upsert.counts();
}

Result<std::vector<CatalogueRow>> SqliteCatalogue::rows(std::span<const std::string> image_ids) {
  FMF_TRY(need_schema());
  FMF_TRY_ASSIGN(
      SqliteStatement query,
      connection_.prepare("SELECT id, s3_key, file_size FROM images_image WHERE id = ?"));
  std::vector<CatalogueRow> found;
  for (const std::string& image_id : image_ids) {
    const auto id = catalogue::to_uuid_form(image_id, schema_->images.uuid_form("id"));
    if (!id) return fail(ErrorKind::invalid, "an image id is not a UUID");
    query.bind_text(1, *id);
    FMF_TRY_ASSIGN(const bool exists, query.step());
    if (exists) {
      found.push_back({.image_id = catalogue::plain_uuid(query.text_view(0)),
                       .key = query.text(1),
                       .length = query.integer(2)});
    }
    query.reset();
  }
  return found;
}

Result<std::vector<CatalogueRow>> SqliteCatalogue::rows_after(const std::string& image_id,
                                                              int limit) {
  FMF_TRY(need_schema());
  // An id that is no UUID is told, and looked for, as the column holds it.
  const auto form = catalogue::to_uuid_form(image_id, schema_->images.uuid_form("id"));
  FMF_TRY_ASSIGN(SqliteStatement query,
                 connection_.prepare("SELECT id, s3_key, file_size FROM images_image "
                                     "WHERE id > ? ORDER BY id LIMIT ?"));
  query.bind_text(1, form.value_or(image_id));
  query.bind_integer(2, limit);
  std::vector<CatalogueRow> found;
  while (true) {
    FMF_TRY_ASSIGN(const bool row, query.step());
    if (!row) return found;
    found.push_back({.image_id = catalogue::plain_uuid(query.text_view(0)),
                     .key = query.text(1),
                     .length = query.integer(2)});
  }
}

}  // namespace fmferry
