// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/log.hpp>
#include <fmferry/sql/parents.hpp>
#include <fmferry/sql/values.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace fmferry::sql {
namespace {

// UUIDs are the same in any case and form; other ids are taken as they are.
std::string lookup_form(std::string_view id) {
  return to_uuid_form(id, UuidForm::dashed).value_or(std::string(id));
}

// The spellings in which a column may hold an id.
std::set<std::string> spellings_of(const std::set<std::string>& ids) {
  std::set<std::string> found;
  for (const std::string& id : ids) {
    found.insert(id);
    const auto dashed = to_uuid_form(id, UuidForm::dashed);
    if (!dashed) continue;
    std::string upper = *dashed;
    std::ranges::transform(upper, upper.begin(), [](char c) {
      return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    found.insert({*dashed, upper, *to_uuid_form(id, UuidForm::hex)});
  }
  return found;
}

std::string literal(std::string_view text) {
  std::string written = "'";
  for (const char c : text) written += c == '\'' ? "''" : std::string(1, c);
  return written + "'";
}

Error about(const std::string& table, const std::string& column, std::string_view what) {
  return {.kind = ErrorKind::invalid,
          .what = "column " + table + "." + column + " " + std::string(what)};
}

Status require(const Table& table, const std::string& column) {
  if (table.columns.contains(column)) return {};
  return fail(about(table.name, column, "is not there; is this the right database and version?"));
}

Result<std::string> find_content_type(Database& database, const ParentRule& rule) {
  FMF_TRY_ASSIGN(const Table table, database.table("django_content_type"));
  for (const auto* column : {"id", "app_label", "model"}) FMF_TRY(require(table, column));
  const std::vector<Value> named{rule.app_label, rule.model};
  FMF_TRY_ASSIGN(
      const auto found,
      database.run("SELECT id FROM django_content_type WHERE app_label = $1 AND model = $2",
                   named));
  if (!found.empty()) return found.front().front().value_or("");
  return fail(ErrorKind::invalid,
              "table django_content_type has no row for app_label " + rule.app_label + ", model " +
                  rule.model + "; check the catalogue's settings");
}

}  // namespace

Result<Parents> Parents::make(Database& database, ParentRule rule) {
  Parents made(std::move(rule), database.dialect());
  FMF_TRY_ASSIGN(const Table table, database.table(made.rule_.table));
  FMF_TRY(require(table, made.rule_.id));
  for (const ParentMatch& match : made.rule_.matches) {
    FMF_TRY(require(table, match.column));
    const bool json =
        database.dialect() == Dialect::sqlite || table.columns.at(match.column).kind == Kind::json;
    if (!match.path.empty() && !json) return fail(about(table.name, match.column, "is no JSON"));
  }
  if (!made.rule_.model.empty()) {
    FMF_TRY_ASSIGN(made.content_type_, find_content_type(database, made.rule_));
  }
  return made;
}

// On bad JSON SQLite's json_extract() would end the whole query.
std::string Parents::told_by(const ParentMatch& match) const {
  const std::string column = quoted(match.column);
  const bool sqlite = dialect_ == Dialect::sqlite;
  if (match.path.empty()) return sqlite ? "CAST(" + column + " AS TEXT)" : column + "::text";
  std::string path = sqlite ? "$" : "";
  for (const std::string& key : match.path) {
    path += sqlite ? ".\"" + key + "\"" : (path.empty() ? "" : ", ") + literal(key);
  }
  if (!sqlite) return "(" + column + "::jsonb #>> ARRAY[" + path + "])";
  return "CASE WHEN json_valid(" + column + ") THEN CAST(json_extract(" + column + ", " +
         literal(path) + ") AS TEXT) END";
}

Result<std::map<std::string, std::string>> Parents::known(
    Database& database, const ParentMatch& match, const std::set<std::string>& wanted) const {
  std::map<std::string, std::string> found;
  std::size_t claimed_twice = 0;
  const std::string told = told_by(match);
  const std::string select = "SELECT " + quoted(rule_.id) + ", " + told + " FROM " +
                             quoted_table(rule_.table) + " WHERE " + told + " IN ";
  FMF_TRY(run_for_each(
      database,
      spellings_of(wanted),
      [&select](const std::string& some) { return select + some; },
      [&](const Row& row) {
        const auto [known, is_new] = found.try_emplace(lookup_form(row.at(1).value_or("")),
                                                       plain_uuid(row.at(0).value_or("")));
        if (!is_new && !std::exchange(known->second, {}).empty()) ++claimed_twice;
      }));
  if (claimed_twice > 0) {
    log(LogLevel::warning,
        std::to_string(claimed_twice) + " source ids belong to more than one row of table " +
            rule_.table + "; nothing is linked to those rows");
  }
  return found;
}

Result<std::vector<std::optional<std::string>>> Parents::find(
    Database& database, std::span<const ParentKeys> keys) const {
  std::vector<std::optional<std::string>> parents(keys.size());
  for (std::size_t number = 0; number < rule_.matches.size(); ++number) {
    const auto told = [&](std::size_t at) -> std::string {
      const bool open = !parents[at] && number < keys[at].size();
      return open ? keys[at][number] : std::string();
    };
    std::set<std::string> wanted;
    for (std::size_t at = 0; at < keys.size(); ++at) wanted.insert(told(at));
    wanted.erase("");
    if (wanted.empty()) continue;
    FMF_TRY_ASSIGN(const auto found, known(database, rule_.matches[number], wanted));
    for (std::size_t at = 0; at < keys.size(); ++at) {
      const std::string key = told(at);
      if (key.empty()) continue;
      const auto parent = found.find(lookup_form(key));
      if (parent != found.end() && !parent->second.empty()) parents[at] = parent->second;
    }
  }
  return parents;
}

std::string Parents::lacks(const std::string& column) const {
  return "NOT EXISTS (SELECT 1 FROM " + quoted_table(rule_.table) + " AS parent WHERE parent." +
         quoted(rule_.id) + " = " + column + ")";
}

}  // namespace fmferry::sql
