// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sqlite/catalogue_schema.hpp>

#include <algorithm>
#include <span>
#include <string_view>

namespace fmferry::catalogue {
namespace {

// What upsert() fills in, and whether that may be NULL.
struct Written {
  std::string_view column{};
  bool may_be_null{false};
};

constexpr Written k_batch_columns[] = {{"id"},
                                       {"content_type_id"},
                                       {"object_id"},
                                       {"name"},
                                       {"description"},
                                       {"uploaded_at"},
                                       {"image_count"}};

constexpr Written k_image_columns[] = {{"id"},
                                       {"batch_id"},
                                       {"s3_key"},
                                       {"s3_thumbnail_key"},
                                       {"original_name"},
                                       {"file_size"},
                                       {"mime_type"},
                                       {"width", true},
                                       {"height", true},
                                       {"category"},
                                       {"caption"},
                                       {"date_taken", true},
                                       {"uploaded_at"},
                                       {"filemaker_id", true},
                                       {"order"}};

Error about(const Table& table, std::string_view column, std::string_view what) {
  return Error{
      .kind = ErrorKind::invalid,
      .what = "column " + table.name + "." + std::string(column) + " " + std::string(what)};
}

Status require(const Table& table, std::string_view column) {
  if (table.columns.contains(std::string(column))) return {};
  return fail(about(table, column, "is not there; is this the right database and version?"));
}

Status require_written(const Table& table, std::span<const Written> written) {
  for (const Written& ours : written) FMF_TRY(require(table, ours.column));
  for (const auto& [name, column] : table.columns) {
    const auto ours = std::ranges::find(written, name, &Written::column);
    if (!column.not_null || (ours != written.end() && !ours->may_be_null)) continue;
    if (ours == written.end() && column.has_default) continue;
    return fail(about(table, name, "must not be NULL, and there may be no value for it"));
  }
  return {};
}

Result<std::int64_t> find_content_type(SqliteConnection& connection, const ParentNames& parent) {
  FMF_TRY_ASSIGN(const Table table, read_table(connection, "django_content_type"));
  for (const auto* column : {"id", "app_label", "model"}) FMF_TRY(require(table, column));
  FMF_TRY_ASSIGN(
      SqliteStatement query,
      connection.prepare("SELECT id FROM django_content_type WHERE app_label = ? AND model = ?"));
  query.bind_text(1, parent.app_label);
  query.bind_text(2, parent.model);
  FMF_TRY_ASSIGN(const bool found, query.step());
  if (found) return query.integer(0);
  return fail(ErrorKind::invalid,
              "table django_content_type has no row for app_label " + parent.app_label +
                  ", model " + parent.model + "; check the catalogue's settings");
}

}  // namespace

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

UuidForm Table::uuid_form(const std::string& column) const {
  return uuid_form_of(columns.at(column).type);
}

std::optional<std::size_t> Table::limit(const std::string& column) const {
  return limit_of(columns.at(column).type);
}

Result<Table> read_table(SqliteConnection& connection, const std::string& name) {
  FMF_TRY_ASSIGN(
      SqliteStatement query,
      connection.prepare("SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info(?)"));
  query.bind_text(1, name);
  Table table{.name = name};
  while (true) {
    FMF_TRY_ASSIGN(const bool found, query.step());
    if (!found) break;
    table.columns[query.text(0)] = Column{.type = to_lower(query.text(1)),
                                          .not_null = query.integer(2) != 0,
                                          .has_default = !query.is_null(3)};
  }
  if (table.columns.empty()) {
    return fail(ErrorKind::invalid, "table " + name + " is not there; is this the right database?");
  }
  return table;
}

Result<Schema> read_schema(SqliteConnection& connection, const ParentNames& parent) {
  Schema schema;
  FMF_TRY_ASSIGN(schema.batches, read_table(connection, "images_batch"));
  FMF_TRY_ASSIGN(schema.images, read_table(connection, "images_image"));
  FMF_TRY_ASSIGN(const Table parents, read_table(connection, parent.table));
  FMF_TRY(require(parents, "id"));
  FMF_TRY(require(parents, parent.metadata_column));
  FMF_TRY(require_written(schema.batches, k_batch_columns));
  FMF_TRY(require_written(schema.images, k_image_columns));
  FMF_TRY_ASSIGN(schema.content_type, find_content_type(connection, parent));
  return schema;
}

}  // namespace fmferry::catalogue
