// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sql/mapped_table.hpp>
#include <fmferry/sql/values.hpp>

#include <algorithm>

namespace fmferry::sql {
namespace {

// PostgreSQL takes 65,535 parameters a statement, SQLite half of them.
constexpr std::size_t k_parameters = 8000;

}  // namespace

Error MappedTable::about(const std::string& column, std::string_view what) const {
  return {.kind = ErrorKind::invalid,
          .what = "column " + live_.name + "." + column + " " + std::string(what)};
}

Result<MappedTable> MappedTable::make(Table live,
                                      TableRule rule,
                                      std::vector<std::pair<std::string, std::string>> defaults,
                                      Dialect dialect) {
  for (const auto& [column, constant] : defaults) {
    FMF_TRY_ASSIGN(Expression value, Expression::parse(constant));
    rule.columns[column] = {.value = std::move(value), .once = true};
  }
  MappedTable made(std::move(live), std::move(rule), dialect);
  if (!made.rule_.columns.contains(made.rule_.key)) {
    return fail(made.about(made.rule_.key, "is the table's key and has no rule"));
  }
  for (const auto& [column, column_rule] : made.rule_.columns) {
    FMF_TRY(made.add_target(column, column_rule));
  }
  FMF_TRY(made.require_values());
  return made;
}

Status MappedTable::add_target(const std::string& column, const ColumnRule& rule) {
  const auto there = live_.columns.find(column);
  if (there == live_.columns.end()) {
    return fail(about(column, "is not there; is this the right database and version?"));
  }
  // An unknown text is an empty one where NULL is not allowed, as Django has it.
  const bool may_lack = !rule.value.always() && there->second.kind != Kind::text;
  if (there->second.not_null && may_lack) {
    return fail(about(column, "must not be NULL, and there may be no value for it"));
  }
  targets_.push_back({.column = column, .rule = rule, .live = there->second});
  return {};
}

Status MappedTable::require_values() const {
  for (const auto& [name, column] : live_.columns) {
    if (!column.not_null || column.automatic || rule_.columns.contains(name)) continue;
    return fail(about(name, "must not be NULL, and there may be no value for it"));
  }
  return {};
}

std::size_t MappedTable::position(const std::string& column) const {
  const auto found = std::ranges::find(targets_, column, &Target::column);
  return static_cast<std::size_t>(found - targets_.begin());
}

Result<MappedRow> MappedTable::row(const Told& told, Encoding& encoding) const {
  MappedRow made;
  made.values.reserve(targets_.size());
  for (const Target& target : targets_) {
    Value value = target.rule.value.value(told);
    if (value) {
      auto fitting = encoded(*value, target.live, target.rule.value.exact(), encoding);
      if (!fitting) {
        return fail(ErrorKind::corrupt,
                    "image " + told.image.image_id + ", column " + live_.name + "." +
                        target.column + ": " + fitting.error().what);
      }
      value = std::move(*fitting);
    }
    if (!value && target.live.not_null) {
      if (target.live.kind != Kind::text) {
        return fail(ErrorKind::corrupt,
                    "image " + told.image.image_id + ", column " + live_.name + "." +
                        target.column + ": it must have a value, and there is none that fits");
      }
      value = std::string();
    }
    if (target.column == rule_.key) made.id = value.value_or("");
    made.values.push_back(std::move(value));
  }
  return made;
}

PlannedRow MappedTable::planned(const MappedRow& row) const {
  PlannedRow planned{.table = live_.name};
  for (std::size_t at = 0; at < targets_.size(); ++at) {
    planned.columns.emplace_back(targets_[at].column, row.values[at]);
  }
  return planned;
}

std::optional<std::string> MappedTable::id_form(const std::string& id) const {
  const Column& column = live_.columns.at(rule_.key);
  if (column.kind != Kind::uuid) return id;
  return to_uuid_form(id, uuid_form_of(column.type));
}

// What is not known is an empty text there.
bool MappedTable::is_text_that_must_be(const Target& target) {
  return target.live.not_null && target.live.kind == Kind::text;
}

// json has no equality in PostgreSQL, jsonb has.
std::string MappedTable::differs(const Target& target) const {
  const bool as_text = target.live.type == "json";
  const std::string cast = as_text ? "::jsonb" : "";
  const std::string name = quoted(target.column);
  const std::string mine = quoted_table(live_.name) + "." + name + cast;
  const std::string now = "excluded." + name + cast;
  const std::string known = is_text_that_must_be(target) ? now + " <> ''" : now + " IS NOT NULL";
  const std::string other = dialect_ == Dialect::sqlite ? " IS NOT " : " IS DISTINCT FROM ";
  const std::string plain = mine + other + now;
  return target.rule.value.keeps() ? "(" + known + " AND " + plain + ")" : plain;
}

std::string MappedTable::assignment(const Target& target) const {
  const std::string name = quoted(target.column);
  std::string now = "excluded." + name;
  if (!target.rule.value.keeps()) return name + " = " + now;
  if (is_text_that_must_be(target)) now = "nullif(" + now + ", '')";
  return name + " = coalesce(" + now + ", " + quoted_table(live_.name) + "." + name + ")";
}

std::string MappedTable::upsert_statement(std::size_t rows) const {
  std::string columns;
  std::string assignments;
  std::string differences;
  for (const Target& target : targets_) {
    columns += (columns.empty() ? "" : ", ") + quoted(target.column);
    if (target.rule.once || target.column == rule_.key) continue;
    assignments += (assignments.empty() ? "" : ", ") + assignment(target);
    differences += (differences.empty() ? "" : " OR ") + differs(target);
  }
  const std::string change = assignments.empty()
                                 ? " DO NOTHING"
                                 : " DO UPDATE SET " + assignments + " WHERE " + differences;
  return "INSERT INTO " + quoted_table(live_.name) + " (" + columns + ") VALUES " +
         parameter_rows(rows, targets_.size()) + " ON CONFLICT (" + quoted(rule_.key) + ")" +
         change + " RETURNING " + quoted(rule_.key);
}

Result<WriteCounts> MappedTable::write(Database& database, std::span<const MappedRow> rows) const {
  WriteCounts counts;
  const std::size_t most = std::max<std::size_t>(1, k_parameters / targets_.size());
  while (!rows.empty()) {
    const auto chunk = rows.first(std::min(most, rows.size()));
    rows = rows.subspan(chunk.size());
    std::vector<Value> ids;
    std::vector<Value> values;
    for (const MappedRow& row : chunk) {
      ids.emplace_back(row.id);
      values.insert(values.end(), row.values.begin(), row.values.end());
    }
    FMF_TRY_ASSIGN(const auto known,
                   database.run("SELECT count(*) FROM " + quoted_table(live_.name) + " WHERE " +
                                    quoted(rule_.key) + " IN " + parameter_rows(1, ids.size()),
                                ids));
    FMF_TRY_ASSIGN(const auto written, database.run(upsert_statement(chunk.size()), values));
    const std::int64_t old = std::stoll(known.at(0).at(0).value_or("0"));
    const auto fresh = static_cast<std::int64_t>(chunk.size()) - old;
    counts.inserted += fresh;
    counts.changed += static_cast<std::int64_t>(written.size()) - fresh;
  }
  return counts;
}

}  // namespace fmferry::sql
