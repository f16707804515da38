// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/sql/column.hpp>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry::sql {

// What is written to and read from a column, as text in the database's own form; nothing: NULL.
using Value = std::optional<std::string>;
using Row = std::vector<Value>;

// A table of the live database.
struct Table {
  std::string name{};
  std::map<std::string, Column> columns{};
};

// One connection to an application's database. Used by one thread at a time.
class Database {
 public:
  virtual ~Database() = default;

  [[nodiscard]] virtual std::string identity() const = 0;  // a URL without secrets
  [[nodiscard]] virtual Dialect dialect() const = 0;
  // `denied` when nothing may be written, `invalid` when the server lacks what we need.
  virtual Status check() = 0;
  // `invalid` when there is no such table.
  virtual Result<Table> table(const std::string& name) = 0;
  // One statement, its parameters named $1, $2, ... in the order of `values`, and all rows that it
  // gives. `conflict` when a row would not be unique; `busy` or `unavailable` when the same may
  // succeed later; `in_doubt` when a commit's answer was lost. No message of an error has a value
  // in it.
  virtual Result<std::vector<Row>> run(const std::string& statement,
                                       std::span<const Value> values) = 0;
};

// All or nothing: rolls back unless commit() succeeded.
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);

  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  // On failure the transaction is rolled back.
  Status commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}

  void roll_back();

  Database* database_;
};

// Table and column names in SQL, whatever characters they have. A dot in a table's name stands
// between its schema and itself.
[[nodiscard]] std::string quoted(std::string_view name);
[[nodiscard]] std::string quoted_table(std::string_view name);
// "($1, $2), ($3, $4)": so many rows of so many parameters.
[[nodiscard]] std::string parameter_rows(std::size_t rows, std::size_t columns);

// Runs the statement for some of the ids at a time, which are its only parameters: it is made with
// them as "($1, $2, ...)". Shows every row that comes.
Status run_for_each(Database& database,
                    const std::set<std::string>& ids,
                    const std::function<std::string(const std::string& some)>& statement,
                    const std::function<void(const Row&)>& look);

}  // namespace fmferry::sql
