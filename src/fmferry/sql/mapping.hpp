// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/dates.hpp>
#include <fmferry/sql/column.hpp>
#include <fmferry/sql/expression.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace fmferry::sql {

struct ColumnRule {
  Expression value{};
  bool once{false};  // written with the row, and never changed after: people may edit it
};

// One of the application's tables that we write to.
struct TableRule {
  std::string table{};
  std::string key{"id"};  // a column that is unique in it; its rule gives the row's id
  std::map<std::string, ColumnRule> columns{};
};

// How one column of the parents' table tells which parent is meant.
struct ParentMatch {
  std::string column{};
  std::vector<std::string> path{};  // in a JSON column: the keys down to the value
  std::string field{};              // of the record; empty: the one of [record] parent
};

// The application's parents: patients, customers, cases.
struct ParentRule {
  std::string table{};
  std::string id{"id"};
  std::vector<ParentMatch> matches{};  // tried in turn
  // The model as Django's generic relations name it; empty: none is asked for.
  std::string app_label{};
  std::string model{};
};

// How records become rows of an application.
struct Mapping {
  TableRule images{};
  std::optional<TableRule> groups{};    // one row a parent and day
  std::string group_column{};           // in images: the group it belongs to
  std::string parent_column{};          // in groups, or in images without groups: the parent
  std::string count_column{};           // in groups: how many images it has; empty: none
  std::string order_column{};           // in images: its place in its group, by key; empty: none
  std::optional<ParentRule> parents{};  // none: parents are written as the source names them
  WallZone zone{};                      // of the source's timestamps
  bool by_name{false};                  // columns with well-known names need no rule
  bool own_tables{false};               // made when they are not there

  // Without them there would be nothing to read back: the row's id, and the object's key.
  [[nodiscard]] std::string key_column() const;
  [[nodiscard]] std::string length_column() const;  // empty: none
  // The record's fields that the rules ask for, matches included.
  [[nodiscard]] std::vector<std::string> fields() const;
};

// `nexus`: Django's images_batch and images_image with generic relations to patients.
// `django-generic`: any one table; what its columns hold is told by their names.
// `plain`: a table of our own, for people without an application.
[[nodiscard]] std::optional<Mapping> preset(std::string_view name);

inline constexpr const char* k_presets = "\"nexus\", \"django-generic\" or \"plain\"";

// "column", "json_column.key.key", either with " = Field of the record" behind it.
[[nodiscard]] std::optional<ParentMatch> parse_match(std::string_view text);

// The rule that goes with a well-known name of a column, such as "file_size"; nothing for others.
[[nodiscard]] std::optional<std::string> rule_by_name(std::string_view column);

// How the table of `plain` is made.
[[nodiscard]] const char* plain_schema();

}  // namespace fmferry::sql
