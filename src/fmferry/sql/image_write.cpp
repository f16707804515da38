// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/sql/image_write.hpp>
#include <fmferry/sql/values.hpp>

#include <algorithm>

namespace fmferry::sql {
namespace {

// Made once at random. It must never change: the ids of all groups are made from it.
constexpr std::string_view k_group_namespace = "0c8c37f4-6a1d-4b58-9d0e-5b0a4f7c2e91";

std::set<std::string> ids_of(const std::map<std::string, MappedRow>& rows) {
  std::set<std::string> ids;
  for (const auto& [id, row] : rows) ids.insert(row.id);
  return ids;
}

std::vector<MappedRow> values_of(const std::map<std::string, MappedRow>& rows) {
  std::vector<MappedRow> list;
  for (const auto& [id, row] : rows) list.push_back(row);
  return list;
}

// PostgreSQL's own words name constraints, SQLite's columns; neither a value.
Error about_conflict(std::size_t rows, const std::string& first_id, Error error) {
  if (error.kind != ErrorKind::conflict) return error;
  const std::string who =
      rows == 1 ? "image " + plain_uuid(first_id) : "one of " + std::to_string(rows) + " images";
  error.what = who + " has what another row has already: " + error.what;
  return error;
}

}  // namespace

// The parent's id at the source holds when the application gives its parents new ones.
Result<std::string> ImageWrite::group_for(const ImageRow& row) {
  if (groups_ == nullptr) return std::string();
  const std::string& parent = row.parent_key.empty() ? row.parent_id : row.parent_key;
  const std::string id = uuid_v5(
      k_group_namespace, "batch|" + context_.source + "|" + plain_uuid(parent) + "|" + row.day);
  const auto [group, is_new] = group_rows_.try_emplace(id);
  if (!is_new) return id;
  auto made = groups_->row({.image = row,
                            .source = context_.source,
                            .group_id = id,
                            .content_type = context_.content_type,
                            .now = context_.now},
                           encoding_);
  if (!made) {
    group_rows_.erase(group);
    return fail(made.error());
  }
  group->second = std::move(*made);
  return id;
}

Status ImageWrite::add(const ImageRow& row) {
  FMF_TRY_ASSIGN(const std::string group, group_for(row));
  FMF_TRY_ASSIGN(MappedRow made,
                 images_.row({.image = row,
                              .source = context_.source,
                              .group_id = group,
                              .content_type = context_.content_type,
                              .now = context_.now},
                             encoding_));
  if (made.id.empty()) {
    return fail(ErrorKind::corrupt, "image " + row.image_id + ": its id does not fit its column");
  }
  std::string id = made.id;
  image_rows_.insert_or_assign(std::move(id), std::move(made));
  return {};
}

Status ImageWrite::put(Rehearsal* rehearsal) {
  const std::vector<MappedRow> images = values_of(image_rows_);
  if (rehearsal != nullptr) FMF_TRY(tell(*rehearsal, images));
  if (groups_ != nullptr) {
    FMF_TRY_ASSIGN(const WriteCounts groups, groups_->write(database_, values_of(group_rows_)));
    counts_.groups_inserted = groups.inserted;
    counts_.groups_changed = groups.changed;
    FMF_TRY(compare_with_stored(images));
  }
  if (images.empty()) return {};
  const auto written = images_.write(database_, images);
  if (!written) {
    return fail(about_conflict(images.size(), images.front().id, written.error()));
  }
  counts_.inserted = written->inserted;
  counts_.changed = written->changed;
  counts_.unchanged =
      static_cast<std::int64_t>(images.size()) - written->inserted - written->changed;
  return {};
}

// Which groups images come to and leave, before they do.
Status ImageWrite::compare_with_stored(const std::vector<MappedRow>& images) {
  const std::string key_column = mapping_.key_column();
  const std::size_t group_at = images_.position(mapping_.group_column);
  const std::size_t key_at = images_.position(key_column);
  std::map<std::string, Row> stored;
  const std::string select = "SELECT " + quoted(images_.key()) + ", " +
                             quoted(mapping_.group_column) + ", " + quoted(key_column) + " FROM " +
                             quoted_table(mapping_.images.table) + " WHERE " +
                             quoted(images_.key()) + " IN ";
  FMF_TRY(run_for_each(
      database_,
      ids_of(image_rows_),
      [&select](const std::string& some) { return select + some; },
      [&stored](const Row& row) { stored[row.at(0).value_or("")] = row; }));
  for (const MappedRow& image : images) {
    const std::string group = image.values[group_at].value_or("");
    recount_.insert(group);
    const auto known = stored.find(image.id);
    const bool is_new = known == stored.end();
    const std::string old = is_new ? group : known->second.at(1).value_or("");
    if (old != group) recount_.insert(old);
    if (is_new || old != group || known->second.at(2) != image.values[key_at]) {
      reorder_.insert({group, old});
    }
  }
  return {};
}

Status ImageWrite::tell(Rehearsal& rehearsal, const std::vector<MappedRow>& images) {
  if (groups_ != nullptr) {
    const std::set<std::string> all = ids_of(group_rows_);
    std::set<std::string> fresh = all;
    const std::string select = "SELECT " + quoted(groups_->key()) + " FROM " +
                               quoted_table(mapping_.groups->table) + " WHERE " +
                               quoted(groups_->key()) + " IN ";
    FMF_TRY(run_for_each(
        database_,
        all,
        [&select](const std::string& some) { return select + some; },
        [&fresh](const Row& row) { fresh.erase(row.at(0).value_or("")); }));
    rehearsal.new_groups.assign(fresh.begin(), fresh.end());
    for (const auto& [id, group] : group_rows_) rehearsal.rows.push_back(groups_->planned(group));
  }
  for (const MappedRow& image : images) rehearsal.rows.push_back(images_.planned(image));
  return {};
}

Status ImageWrite::settle() {
  if (groups_ == nullptr) return {};
  FMF_TRY(reorder());
  return recount();
}

Status ImageWrite::reorder() {
  if (mapping_.order_column.empty()) return {};
  const bool sqlite = encoding_.dialect == Dialect::sqlite;
  const std::string images = quoted_table(mapping_.images.table);
  const std::string id = quoted(images_.key());
  const std::string group = quoted(mapping_.group_column);
  const std::string place = quoted(mapping_.order_column);
  // One order on all servers: that of the bytes.
  const std::string by = quoted(mapping_.key_column()) + (sqlite ? "" : " COLLATE \"C\"");
  const std::string other = sqlite ? " IS NOT " : " IS DISTINCT FROM ";
  return run_for_each(
      database_,
      reorder_,
      [&](const std::string& some) {
        return "UPDATE " + images + " SET " + place + " = ranked.place FROM (SELECT " + id +
               " AS id, row_number() OVER (PARTITION BY " + group + " ORDER BY " + by + ", " + id +
               ") - 1 AS place FROM " + images + " WHERE " + group + " IN " + some +
               ") AS ranked WHERE " + images + "." + id + " = ranked.id AND " + images + "." +
               place + other + "ranked.place";
      },
      [](const Row&) {});
}

Status ImageWrite::recount() {
  if (mapping_.count_column.empty()) return {};
  const bool sqlite = encoding_.dialect == Dialect::sqlite;
  const std::string groups = quoted_table(mapping_.groups->table);
  const std::string id = groups + "." + quoted(groups_->key());
  const std::string count = quoted(mapping_.count_column);
  const std::string now = "(SELECT count(*) FROM " + quoted_table(mapping_.images.table) +
                          " AS held WHERE held." + quoted(mapping_.group_column) + " = " + id + ")";
  return run_for_each(
      database_,
      recount_,
      [&](const std::string& some) {
        return "UPDATE " + groups + " SET " + count + " = " + now + " WHERE " + id + " IN " + some +
               " AND " + groups + "." + count + (sqlite ? " IS NOT " : " IS DISTINCT FROM ") + now;
      },
      [](const Row&) {});
}

}  // namespace fmferry::sql
