// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/kill_point.hpp>
#include <fmferry/foundation/log.hpp>
#include <fmferry/sql/catalogue.hpp>
#include <fmferry/sql/image_write.hpp>
#include <fmferry/sql/values.hpp>

#include <algorithm>
#include <utility>

namespace fmferry::sql {
namespace {

using Defaults = std::vector<std::pair<std::string, std::string>>;

Defaults zero(const std::string& column) {
  if (column.empty()) return {};
  return {{column, "0"}};
}

// Rules for the columns that have a well-known name and none yet.
Status add_rules_by_name(TableRule& rule, const Table& live) {
  for (const auto& [name, column] : live.columns) {
    const bool own_number = column.automatic && column.kind == Kind::integer;
    if (own_number || rule.columns.contains(name)) continue;
    auto text = rule_by_name(name);
    if (!text) continue;
    const bool once = text->starts_with('!');
    if (once) text->erase(0, 1);
    FMF_TRY_ASSIGN(Expression value, Expression::parse(*text));
    rule.columns[name] = {.value = std::move(value), .once = once};
  }
  return {};
}

Status add_parent_rule(TableRule& rule, const std::string& column) {
  if (column.empty() || rule.columns.contains(column)) return {};
  FMF_TRY_ASSIGN(Expression value, Expression::parse("{parent_id}"));
  rule.columns[column] = {.value = std::move(value)};
  return {};
}

// A row without a length, where there is a column for it, has none that would be right.
CatalogueRow catalogue_row(const Row& row) {
  return {.image_id = plain_uuid(row.at(0).value_or("")),
          .key = row.at(1).value_or(""),
          .length = row.at(2) ? std::atoll(row.at(2)->c_str()) : 0};
}

}  // namespace

Result<Mapping> SqlCatalogue::completed() const {
  Mapping mapping = mapping_;
  if (mapping.by_name) {
    FMF_TRY_ASSIGN(const Table live, database_->table(mapping.images.table));
    FMF_TRY(add_rules_by_name(mapping.images, live));
    if (!mapping.images.columns.contains(mapping.images.key)) {
      return fail(ErrorKind::invalid,
                  "column " + mapping.images.table + "." + mapping.images.key +
                      " can't hold an id of ours: name a unique text or UUID column in "
                      "[catalogue.images] key, and give it \"{image_id}\"");
    }
  }
  FMF_TRY(
      add_parent_rule(mapping.groups ? *mapping.groups : mapping.images, mapping.parent_column));
  if (mapping.key_column().empty()) {
    return fail(ErrorKind::invalid,
                "no column of table " + mapping.images.table +
                    " is given \"{key}\": the application would not find the object");
  }
  return mapping;
}

Status SqlCatalogue::check() {
  schema_.reset();
  FMF_TRY(database_->check());
  own_table_is_there_ = !mapping_.own_tables || database_->table(mapping_.images.table);
  if (own_table_is_there_) return read_schema();
  // Looked at as it will be; the first rows make it so.
  FMF_TRY_ASSIGN(const Transaction until_read, Transaction::begin(*database_));
  FMF_TRY(make_own_table());
  return read_schema();
}

Status SqlCatalogue::make_own_table() {
  const auto made = database_->run(plain_schema(), {});
  if (!made) return fail(made.error());
  return {};
}

Status SqlCatalogue::read_schema() {
  FMF_TRY_ASSIGN(mapping_, completed());
  const Dialect dialect = database_->dialect();
  FMF_TRY_ASSIGN(Table images, database_->table(mapping_.images.table));
  FMF_TRY_ASSIGN(
      MappedTable mapped,
      MappedTable::make(std::move(images), mapping_.images, zero(mapping_.order_column), dialect));
  Schema schema{.images = std::move(mapped)};
  if (mapping_.groups) {
    FMF_TRY_ASSIGN(Table groups, database_->table(mapping_.groups->table));
    FMF_TRY_ASSIGN(schema.groups,
                   MappedTable::make(
                       std::move(groups), *mapping_.groups, zero(mapping_.count_column), dialect));
  }
  if (mapping_.parents) {
    FMF_TRY_ASSIGN(schema.parents, Parents::make(*database_, *mapping_.parents));
  }
  schema_.emplace(std::move(schema));
  return {};
}

Status SqlCatalogue::need_schema() {
  if (schema_) return {};
  return check();
}

Result<std::vector<std::optional<std::string>>> SqlCatalogue::parents(
    std::span<const ParentKeys> keys) {
  FMF_TRY(need_schema());
  if (schema_->parents) return schema_->parents->find(*database_, keys);
  std::vector<std::optional<std::string>> as_named;
  for (const ParentKeys& told : keys) as_named.emplace_back(told.empty() ? "" : told.front());
  return as_named;
}

Result<UpsertCounts> SqlCatalogue::write(std::span<const ImageRow> rows, Rehearsal* rehearsal) {
  FMF_TRY(need_schema());
  Encoding encoding{.dialect = database_->dialect(), .zone = mapping_.zone};
  ImageWrite write(*database_,
                   mapping_,
                   schema_->images,
                   schema_->groups ? &*schema_->groups : nullptr,
                   {.source = source_,
                    .content_type = schema_->parents ? schema_->parents->content_type() : "",
                    .now = timestamp_text(clock_.wall()) + "Z"},
                   encoding);
  for (const ImageRow& row : rows) FMF_TRY(write.add(row));
  report(encoding);
  FMF_TRY_ASSIGN(Transaction transaction, Transaction::begin(*database_));
  if (!own_table_is_there_) FMF_TRY(make_own_table());
  FMF_TRY(write.put(rehearsal));
  FMF_KILL_POINT("catalogue.settle.before");
  FMF_TRY(write.settle());
  if (rehearsal != nullptr) return write.counts();  // and rolls back
  FMF_KILL_POINT("catalogue.commit.before");
  FMF_TRY(transaction.commit());
  FMF_KILL_POINT("catalogue.commit.after");
  own_table_is_there_ = true;
  return write.counts();
}

void SqlCatalogue::report(const Encoding& encoding) const {
  if (encoding.ambiguous == 0) return;
  log(LogLevel::warning,
      std::to_string(encoding.ambiguous) +
          " times fall into the hour that comes twice when summer time ends; one of the two was "
          "taken");
}

Result<UpsertCounts> SqlCatalogue::upsert(std::span<const ImageRow> rows) {
  return write(rows, nullptr);
}

Result<Rehearsal> SqlCatalogue::rehearse(std::span<const ImageRow> rows) {
  Rehearsal rehearsal;
  FMF_TRY_ASSIGN(rehearsal.counts, write(rows, &rehearsal));
  return rehearsal;
}

// `rest` begins behind the name of the table, which is called "image".
std::string SqlCatalogue::select_rows(const std::string& rest) const {
  const std::string length = mapping_.length_column();
  const auto of_image = [](const std::string& column) { return "image." + quoted(column); };
  return "SELECT " + of_image(mapping_.images.key) + ", " + of_image(mapping_.key_column()) + ", " +
         (length.empty() ? "-1" : of_image(length)) + " FROM " +
         quoted_table(mapping_.images.table) + " AS image " + rest;
}

Result<std::vector<CatalogueRow>> SqlCatalogue::rows(std::span<const std::string> image_ids) {
  FMF_TRY(need_schema());
  if (!own_table_is_there_) return std::vector<CatalogueRow>{};
  std::set<std::string> ids;
  for (const std::string& id : image_ids) {
    auto form = schema_->images.id_form(id);
    if (!form) return fail(ErrorKind::invalid, "an image id is not a UUID");
    ids.insert(std::move(*form));
  }
  std::vector<CatalogueRow> found;
  FMF_TRY(run_for_each(
      *database_,
      ids,
      [this](const std::string& some) {
        return select_rows("WHERE image." + quoted(mapping_.images.key) + " IN " + some);
      },
      [&found](const Row& row) { found.push_back(catalogue_row(row)); }));
  return found;
}

Result<std::vector<CatalogueRow>> SqlCatalogue::page(const std::string& condition,
                                                     const std::string& image_id,
                                                     int limit) {
  std::string key = "image." + quoted(mapping_.images.key);
  const bool text = schema_->images.live().columns.at(mapping_.images.key).kind != Kind::uuid;
  // One order on all servers: that of the bytes.
  if (text && database_->dialect() == Dialect::postgres) key += "::text COLLATE \"C\"";
  std::string where = condition;
  std::vector<Value> values;
  if (!image_id.empty()) {
    // An id that is no UUID is told, and looked for, as the column holds it.
    const auto form = schema_->images.id_form(image_id);
    values.emplace_back(form.value_or(image_id));
    where += (where.empty() ? "" : " AND ") + key + " > $1";
  }
  if (!where.empty()) where = "WHERE " + where + " ";
  FMF_TRY_ASSIGN(
      const auto rows,
      database_->run(select_rows(where + "ORDER BY " + key + " LIMIT " + std::to_string(limit)),
                     values));
  std::vector<CatalogueRow> found;
  std::ranges::transform(rows, std::back_inserter(found), catalogue_row);
  return found;
}

Result<std::vector<CatalogueRow>> SqlCatalogue::rows_after(const std::string& image_id, int limit) {
  FMF_TRY(need_schema());
  if (!own_table_is_there_) return std::vector<CatalogueRow>{};
  return page("", image_id, limit);
}

Result<std::vector<CatalogueRow>> SqlCatalogue::orphans_after(const std::string& image_id,
                                                              int limit) {
  FMF_TRY(need_schema());
  if (!schema_->parents) return std::vector<CatalogueRow>{};
  const std::string parent = quoted(mapping_.parent_column);
  if (!mapping_.groups) return page(schema_->parents->lacks("image." + parent), image_id, limit);
  std::string ours = schema_->parents->lacks("held." + parent);
  for (const auto& [column, rule] : mapping_.groups->columns) {
    if (!rule.value.is("content_type")) continue;
    ours += " AND held." + quoted(column) + " = " + schema_->parents->content_type();
  }
  return page("EXISTS (SELECT 1 FROM " + quoted_table(mapping_.groups->table) +
                  " AS held WHERE held." + quoted(mapping_.groups->key) + " = image." +
                  quoted(mapping_.group_column) + " AND " + ours + ")",
              image_id,
              limit);
}

}  // namespace fmferry::sql
