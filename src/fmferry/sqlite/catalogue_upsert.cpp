// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/sqlite/catalogue_upsert.hpp>

#include <sqlite3.h>

namespace fmferry::catalogue {
namespace {

// Made once at random. It must never change: the ids of all batches are made from it.
constexpr std::string_view k_batch_namespace = "0c8c37f4-6a1d-4b58-9d0e-5b0a4f7c2e91";

constexpr std::string_view k_find_batch = "SELECT 1 FROM images_batch WHERE id = ?";
constexpr std::string_view k_insert_batch =
    "INSERT INTO images_batch (id, content_type_id, object_id, name, description, uploaded_at, "
    "image_count) VALUES (?, ?, ?, ?, '', ?, 0)";
// The first eleven parameters are the same in all statements about an image.
constexpr std::string_view k_find_image =
    "SELECT batch_id, s3_key, original_name, file_size, mime_type, width, height, category, "
    "date_taken, filemaker_id FROM images_image WHERE id = ?";
constexpr std::string_view k_insert_image =
    "INSERT INTO images_image (id, batch_id, s3_key, original_name, file_size, mime_type, width, "
    "height, category, date_taken, filemaker_id, uploaded_at, s3_thumbnail_key, caption, "
    "\"order\") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, '', '', 0)";
constexpr std::string_view k_update_image =
    "UPDATE images_image SET batch_id = ?2, s3_key = ?3, original_name = ?4, file_size = ?5, "
    "mime_type = ?6, width = coalesce(?7, width), height = coalesce(?8, height), category = ?9, "
    "date_taken = ?10, filemaker_id = ?11 WHERE id = ?1";
constexpr std::string_view k_recount =
    "UPDATE images_batch SET image_count = now.total FROM (SELECT count(*) AS total FROM "
    "images_image WHERE batch_id = ?1) AS now WHERE id = ?1 AND image_count IS NOT now.total";
constexpr std::string_view k_reorder =
    "UPDATE images_image SET \"order\" = ranked.place FROM (SELECT id, row_number() OVER (ORDER BY "
    "s3_key, id) - 1 AS place FROM images_image WHERE batch_id = ?1) AS ranked WHERE "
    "images_image.id = ranked.id AND images_image.\"order\" IS NOT ranked.place";

Error about(const ImageRow& row, std::string_view what) {
  return Error{.kind = ErrorKind::invalid,
               .what = "image " + row.image_id + ": " + std::string(what)};
}

// SQLite's own words name columns only, never values.
Error about_write(const std::string& image_id, Error error) {
  const bool about_source_id = error.what.find(".filemaker_id") != std::string::npos;
  if (error.origin_code == SQLITE_CONSTRAINT_UNIQUE && about_source_id) {
    error.what = "another image already has the source id of image " + plain_uuid(image_id);
  } else if (error.kind == ErrorKind::conflict) {
    error.kind = ErrorKind::invalid;
    error.what = "image " + plain_uuid(image_id) + ": " + error.what;
  }
  return error;
}

std::string_view fitted(std::string_view text, std::optional<std::size_t> limit) {
  return limit ? first_characters(text, *limit) : text;
}

std::optional<std::int64_t> widened(std::optional<int> value) {
  if (!value) return std::nullopt;
  return *value;
}

}  // namespace

Result<Upsert> Upsert::prepare(SqliteConnection& connection, const Schema& schema, Stamp stamp) {
  FMF_TRY_ASSIGN(SqliteStatement find_batch, connection.prepare(k_find_batch));
  FMF_TRY_ASSIGN(SqliteStatement insert_batch, connection.prepare(k_insert_batch));
  FMF_TRY_ASSIGN(SqliteStatement find_image, connection.prepare(k_find_image));
  FMF_TRY_ASSIGN(SqliteStatement insert_image, connection.prepare(k_insert_image));
  FMF_TRY_ASSIGN(SqliteStatement update_image, connection.prepare(k_update_image));
  FMF_TRY_ASSIGN(SqliteStatement recount, connection.prepare(k_recount));
  FMF_TRY_ASSIGN(SqliteStatement reorder, connection.prepare(k_reorder));
  return Upsert(schema,
                std::move(stamp),
                Statements{.find_batch = std::move(find_batch),
                           .insert_batch = std::move(insert_batch),
                           .find_image = std::move(find_image),
                           .insert_image = std::move(insert_image),
                           .update_image = std::move(update_image),
                           .recount = std::move(recount),
                           .reorder = std::move(reorder)});
}

Status Upsert::make_batch(const std::string& id, const ImageRow& row) {
  const auto parent = to_uuid_form(row.parent_id, schema_.batches.uuid_form("object_id"));
  SqliteStatement& insert = sql_.insert_batch;
  insert.bind_text(1, id);
  insert.bind_integer(2, schema_.content_type);
  insert.bind_text_or_null(3, parent);
  insert.bind_text(4, row.day.empty() ? "Undated" : row.day);
  insert.bind_text(5, stamp_.now);
  return insert.run();
}

Result<std::string> Upsert::batch_for(const ImageRow& row) {
  const std::string parent = plain_uuid(row.parent_id);
  const auto [known, is_new] = batches_.try_emplace(parent + "|" + row.day);
  if (!is_new) return known->second;
  const std::string uuid =
      uuid_v5(k_batch_namespace, "batch|" + stamp_.source_identity + "|" + parent + "|" + row.day);
  const std::string id = *to_uuid_form(uuid, schema_.batches.uuid_form("id"));
  sql_.find_batch.bind_text(1, id);
  FMF_TRY_ASSIGN(const bool exists, sql_.find_batch.step());
  sql_.find_batch.reset();
  if (!exists) FMF_TRY(make_batch(id, row));
  known->second = id;
  return id;
}

Result<Upsert::Values> Upsert::encode(const ImageRow& row) {
  const Table& table = schema_.images;
  const auto id = to_uuid_form(row.image_id, table.uuid_form("id"));
  if (!id) return fail(about(row, "its id is not a UUID"));
  if (!to_uuid_form(row.parent_id, UuidForm::hex)) {
    return fail(about(row, "its parent's id is not a UUID"));
  }
  if (!row.day.empty() && !is_day(row.day)) {
    return fail(about(row, "its day is not of the form YYYY-MM-DD"));
  }
  const auto longest_key = table.limit("s3_key");
  if (longest_key && count_characters(row.key) > *longest_key) {
    return fail(about(row, "its key is too long for column images_image.s3_key"));
  }
  FMF_TRY_ASSIGN(std::string batch, batch_for(row));
  return Values{.id = *id,
                .batch = *to_uuid_form(batch, table.uuid_form("batch_id")),
                .key = row.key,
                .name = std::string(fitted(row.original_name, table.limit("original_name"))),
                .length = row.length,
                .media_type = std::string(fitted(row.media_type, table.limit("mime_type"))),
                .width = widened(row.width),
                .height = widened(row.height),
                .category = std::string(fitted(row.category, table.limit("category"))),
                .day = row.day.empty() ? std::nullopt : std::optional(row.day),
                .source_id = to_uuid_form(row.source_id, table.uuid_form("filemaker_id"))};
}

void Upsert::bind(SqliteStatement& statement, const Values& values) {
  statement.bind_text(1, values.id);
  statement.bind_text(2, values.batch);
  statement.bind_text(3, values.key);
  statement.bind_text(4, values.name);
  statement.bind_integer(5, values.length);
  statement.bind_text(6, values.media_type);
  statement.bind_integer_or_null(7, values.width);
  statement.bind_integer_or_null(8, values.height);
  statement.bind_text(9, values.category);
  statement.bind_text_or_null(10, values.day);
  statement.bind_text_or_null(11, values.source_id);
}

bool Upsert::is_as_stored(const Values& values) const {
  const SqliteStatement& stored = sql_.find_image;
  const auto same_or_unknown = [&stored](int column, std::optional<std::int64_t> value) {
    return !value || stored.optional_integer(column) == value;
  };
  return stored.text_view(0) == values.batch && stored.text_view(1) == values.key &&
         stored.text_view(2) == values.name && stored.integer(3) == values.length &&
         stored.text_view(4) == values.media_type && same_or_unknown(5, values.width) &&
         same_or_unknown(6, values.height) && stored.text_view(7) == values.category &&
         stored.optional_text(8) == values.day && stored.optional_text(9) == values.source_id;
}

Status Upsert::insert(const Values& values) {
  bind(sql_.insert_image, values);
  sql_.insert_image.bind_text(12, stamp_.now);
  FMF_TRY(sql_.insert_image.run());
  reorder_.insert(values.batch);
  ++counts_.inserted;
  return {};
}

Status Upsert::update(const Values& values) {
  const std::string old_batch = sql_.find_image.text(0);
  const bool moved = old_batch != values.batch;
  if (moved || sql_.find_image.text_view(1) != values.key) {
    reorder_.insert({values.batch, old_batch});
  }
  if (moved) recount_.insert(old_batch);
  bind(sql_.update_image, values);
  FMF_TRY(sql_.update_image.run());
  ++counts_.changed;
  return {};
}

Status Upsert::add(const ImageRow& row) {
  FMF_TRY_ASSIGN(const Values values, encode(row));
  recount_.insert(values.batch);
  sql_.find_image.bind_text(1, values.id);
  FMF_TRY_ASSIGN(const bool exists, sql_.find_image.step());
  Status written;
  if (!exists) {
    written = insert(values);
  } else if (is_as_stored(values)) {
    ++counts_.unchanged;
  } else {
    written = update(values);
  }
  sql_.find_image.reset();
  if (!written) return fail(about_write(values.id, std::move(written).error()));
  return {};
}

Status Upsert::settle() {
  for (const std::string& batch : reorder_) {
    sql_.reorder.bind_text(1, batch);
    FMF_TRY(sql_.reorder.run());
  }
  for (const std::string& batch : recount_) {
    sql_.recount.bind_text(1, batch);
    FMF_TRY(sql_.recount.run());
  }
  return {};
}

}  // namespace fmferry::catalogue
