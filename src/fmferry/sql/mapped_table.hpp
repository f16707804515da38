// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/sql/database.hpp>
#include <fmferry/sql/mapping.hpp>

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace fmferry::sql {

// One row as a table is to hold it.
struct MappedRow {
  std::string id{};  // as the key column holds it
  std::vector<Value> values{};
};

struct WriteCounts {
  std::int64_t inserted{0};
  std::int64_t changed{0};
};

// A rule set on a live table: makes rows of what is told, and writes them.
class MappedTable {
 public:
  // `defaults` are columns that get a constant when a row is inserted and are kept right by others
  // after that: counters. `invalid`, naming the column, when a rule's column is not there, or a
  // column that must have a value may be left without one.
  static Result<MappedTable> make(Table live,
                                  TableRule rule,
                                  std::vector<std::pair<std::string, std::string>> defaults,
                                  Dialect dialect);

  // `corrupt`, naming the column and not the value, when one does not fit.
  Result<MappedRow> row(const Told& told, Encoding& encoding) const;

  // Inserts those whose id is new and changes those that differ, some hundred a statement. No id
  // may occur twice.
  Result<WriteCounts> write(Database& database, std::span<const MappedRow> rows) const;

  [[nodiscard]] const Table& live() const { return live_; }

  [[nodiscard]] const std::string& key() const { return rule_.key; }

  [[nodiscard]] std::size_t position(const std::string& column) const;
  [[nodiscard]] PlannedRow planned(const MappedRow& row) const;

  // The form in which the key column holds this id; nothing when it can't.
  [[nodiscard]] std::optional<std::string> id_form(const std::string& id) const;

  // The statement that write() uses for so many rows.
  [[nodiscard]] std::string upsert_statement(std::size_t rows) const;

 private:
  struct Target {
    std::string column{};
    ColumnRule rule{};
    Column live{};
  };

  MappedTable(Table live, TableRule rule, Dialect dialect)
      : live_(std::move(live)), rule_(std::move(rule)), dialect_(dialect) {}

  Status add_target(const std::string& column, const ColumnRule& rule);
  Status require_values() const;
  [[nodiscard]] static bool is_text_that_must_be(const Target& target);
  [[nodiscard]] std::string differs(const Target& target) const;
  [[nodiscard]] std::string assignment(const Target& target) const;
  [[nodiscard]] Error about(const std::string& column, std::string_view what) const;

  Table live_;
  TableRule rule_;
  Dialect dialect_;
  std::vector<Target> targets_{};
};

}  // namespace fmferry::sql
