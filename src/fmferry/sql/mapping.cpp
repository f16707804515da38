// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sql/mapping.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace fmferry::sql {
namespace {

struct Rule {
  const char* column{};
  const char* value{};
  bool once{false};
};

template <std::size_t size>
TableRule table_of(const char* table, const std::array<Rule, size>& rules) {
  TableRule made{.table = table};
  for (const Rule& rule : rules) {
    auto value = Expression::parse(rule.value);
    made.columns[rule.column] = {.value = *std::move(value), .once = rule.once};
  }
  return made;
}

constexpr std::array k_nexus_batch{Rule{"id", "{group_id}"},
                                   Rule{"content_type_id", "{content_type}"},
                                   Rule{"object_id", "{parent_id}"},
                                   Rule{"name", "{day|'Undated'}", true},
                                   Rule{"description", "", true},
                                   Rule{"uploaded_at", "{now}", true}};

constexpr std::array k_nexus_image{Rule{"id", "{image_id}"},
                                   Rule{"batch_id", "{group_id}"},
                                   Rule{"s3_key", "{key}"},
                                   Rule{"s3_thumbnail_key", "{thumbnail_key}"},
                                   Rule{"thumbnail_size", "{thumbnail_length}"},
                                   Rule{"original_name", "{original_name}"},
                                   Rule{"file_size", "{length}"},
                                   Rule{"mime_type", "{media_type}"},
                                   Rule{"width", "{width}"},
                                   Rule{"height", "{height}"},
                                   Rule{"category", "{category}"},
                                   Rule{"caption", "", true},
                                   Rule{"date_taken", "{day|taken}"},
                                   Rule{"uploaded_at", "{now}", true},
                                   Rule{"filemaker_id", "{source_id}"}};

constexpr std::array k_plain_image{Rule{"image_id", "{image_id}"},
                                   Rule{"record_id", "{record_id}"},
                                   Rule{"source_id", "{source_id}"},
                                   Rule{"parent", "{parent}"},
                                   Rule{"day", "{day}"},
                                   Rule{"category", "{category}"},
                                   Rule{"container", "{container}"},
                                   Rule{"object_key", "{key}"},
                                   Rule{"thumbnail_key", "{thumbnail_key}"},
                                   Rule{"length", "{length}"},
                                   Rule{"sha256", "{sha256}"},
                                   Rule{"media_type", "{media_type}"},
                                   Rule{"width", "{width}"},
                                   Rule{"height", "{height}"},
                                   Rule{"orientation", "{orientation}"},
                                   Rule{"taken", "{taken}"},
                                   Rule{"pages", "{pages}"},
                                   Rule{"linked_at", "{now}", true}};

// Names that applications give to what we know. "!" stands before those that are written once.
constexpr std::array k_well_known{std::pair("id", "{image_id}"),
                                  std::pair("uuid", "{image_id}"),
                                  std::pair("key", "{key}"),
                                  std::pair("s3_key", "{key}"),
                                  std::pair("object_key", "{key}"),
                                  std::pair("storage_key", "{key}"),
                                  std::pair("file", "{key}"),
                                  std::pair("image", "{key}"),
                                  std::pair("photo", "{key}"),
                                  std::pair("path", "{key}"),
                                  std::pair("thumbnail", "{thumbnail_key}"),
                                  std::pair("thumbnail_key", "{thumbnail_key}"),
                                  std::pair("s3_thumbnail_key", "{thumbnail_key}"),
                                  std::pair("thumbnail_size", "{thumbnail_length}"),
                                  std::pair("original_name", "{original_name}"),
                                  std::pair("original_filename", "{original_name}"),
                                  std::pair("file_name", "{original_name}"),
                                  std::pair("filename", "{original_name}"),
                                  std::pair("name", "{original_name}"),
                                  std::pair("title", "!{original_name}"),
                                  std::pair("size", "{length}"),
                                  std::pair("file_size", "{length}"),
                                  std::pair("length", "{length}"),
                                  std::pair("bytes", "{length}"),
                                  std::pair("content_type", "{media_type}"),
                                  std::pair("mime_type", "{media_type}"),
                                  std::pair("media_type", "{media_type}"),
                                  std::pair("sha256", "{sha256}"),
                                  std::pair("checksum", "{sha256}"),
                                  std::pair("width", "{width}"),
                                  std::pair("height", "{height}"),
                                  std::pair("orientation", "{orientation}"),
                                  std::pair("pages", "{pages}"),
                                  std::pair("page_count", "{pages}"),
                                  std::pair("category", "{category}"),
                                  std::pair("day", "{day|taken}"),
                                  std::pair("date", "{day|taken}"),
                                  std::pair("date_taken", "{day|taken}"),
                                  std::pair("taken_at", "{taken|day}"),
                                  std::pair("filemaker_id", "{source_id}"),
                                  std::pair("source_id", "{source_id}"),
                                  std::pair("created", "!{now}"),
                                  std::pair("created_at", "!{now}"),
                                  std::pair("uploaded_at", "!{now}"),
                                  std::pair("updated_at", "!{now}"),
                                  std::pair("modified_at", "!{now}"),
                                  std::pair("caption", "!"),
                                  std::pair("description", "!"),
                                  std::pair("notes", "!")};

Mapping nexus() {
  return {
      .images = table_of("images_image", k_nexus_image),
      .groups = table_of("images_batch", k_nexus_batch),
      .group_column = "batch_id",
      .parent_column = "object_id",
      .count_column = "image_count",
      .order_column = "order",
      .parents = ParentRule{.table = "patients",
                            .matches = {{.column = "filemaker_metadata", .path = {"filemaker_id"}}},
                            .app_label = "patients",
                            .model = "patient"}};
}

Mapping plain() {
  Mapping made{.images = table_of("fmferry_image", k_plain_image)};
  made.images.key = "image_id";
  made.own_tables = true;
  return made;
}

Mapping django_generic() {
  Mapping made;
  made.parents.emplace();
  made.by_name = true;
  return made;
}

std::string column_of(const TableRule& table, std::string_view name) {
  const auto found = std::ranges::find_if(
      table.columns, [name](const auto& column) { return column.second.value.is(name); });
  return found == table.columns.end() ? std::string() : found->first;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string Mapping::key_column() const {
  return column_of(images, "key");
}

std::string Mapping::length_column() const {
  return column_of(images, "length");
}

std::vector<std::string> Mapping::fields() const {
  std::set<std::string> found;
  for (const TableRule* table : {&images, groups ? &*groups : nullptr}) {
    if (table == nullptr) continue;
    for (const auto& [column, rule] : table->columns) found.merge(rule.value.fields());
  }
  if (parents) {
    for (const ParentMatch& match : parents->matches) {
      if (!match.field.empty()) found.insert(match.field);
    }
  }
  return {found.begin(), found.end()};
}

std::optional<Mapping> preset(std::string_view name) {
  if (name == "nexus") return nexus();
  if (name == "plain") return plain();
  if (name == "django-generic") return django_generic();
  return std::nullopt;
}

std::optional<ParentMatch> parse_match(std::string_view text) {
  ParentMatch match;
  const std::size_t equals = text.find('=');
  std::string_view path = trimmed(text.substr(0, equals));
  if (equals != std::string_view::npos) {
    match.field = trimmed(text.substr(equals + 1));
    if (match.field.empty()) return std::nullopt;
  }
  while (true) {
    const std::size_t dot = path.find('.');
    const std::string name(path.substr(0, dot));
    if (name.empty() || name.find('"') != std::string::npos) return std::nullopt;
    if (match.column.empty()) {
      match.column = name;
    } else {
      match.path.push_back(name);
    }
    if (dot == std::string_view::npos) return match;
    path.remove_prefix(dot + 1);
  }
}

std::optional<std::string> rule_by_name(std::string_view column) {
  const auto found = std::ranges::find_if(
      k_well_known, [column](const auto& known) { return known.first == column; });
  if (found == k_well_known.end()) return std::nullopt;
  return found->second;
}

const char* plain_schema() {
  return R"sql(CREATE TABLE IF NOT EXISTS fmferry_image(
  image_id varchar(36) NOT NULL PRIMARY KEY,
  record_id bigint NOT NULL,
  source_id text,
  parent text,
  day date,
  category text,
  container text NOT NULL,
  object_key text NOT NULL,
  thumbnail_key text,
  length bigint NOT NULL,
  sha256 varchar(64) NOT NULL,
  media_type text NOT NULL,
  width integer,
  height integer,
  orientation integer,
  taken text,
  pages integer,
  linked_at text NOT NULL
))sql";
}

}  // namespace fmferry::sql
