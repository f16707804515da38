// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sql/database.hpp>

#include <algorithm>
#include <utility>

namespace fmferry::sql {
namespace {

Status run_alone(Database& database, const char* statement) {
  const auto done = database.run(statement, {});
  if (done) return {};
  return fail(done.error());
}

}  // namespace

Result<Transaction> Transaction::begin(Database& database) {
  // SQLite is to take its write lock at once, so that `busy` is told here and not in the middle.
  FMF_TRY(run_alone(database, database.dialect() == Dialect::sqlite ? "BEGIN IMMEDIATE" : "BEGIN"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  roll_back();
}

Status Transaction::commit() {
  Status done = run_alone(*database_, "COMMIT");
  if (!done) roll_back();
  database_ = nullptr;
  return done;
}

void Transaction::roll_back() {
  // What can't be rolled back any more has been: the connection is gone, or SQLite did it itself.
  if (database_ != nullptr) static_cast<void>(run_alone(*database_, "ROLLBACK"));
}

std::string quoted(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + "\"";
}

std::string quoted_table(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string_view::npos) return quoted(name);
  return quoted(name.substr(0, dot)) + "." + quoted(name.substr(dot + 1));
}

std::string parameter_rows(std::size_t rows, std::size_t columns) {
  std::string text;
  for (std::size_t number = 0; number < rows * columns; ++number) {
    if (number % columns == 0) text += number == 0 ? "(" : ", (";
    text += "$" + std::to_string(number + 1);
    text += number % columns + 1 == columns ? ")" : ", ";
  }
  return text;
}

Status run_for_each(Database& database,
                    const std::set<std::string>& ids,
                    const std::function<std::string(const std::string& some)>& statement,
                    const std::function<void(const Row&)>& look) {
  constexpr std::size_t k_at_once = 1000;
  const std::vector<Value> all(ids.begin(), ids.end());
  for (std::span<const Value> rest = all; !rest.empty();) {
    const auto some = rest.first(std::min(k_at_once, rest.size()));
    rest = rest.subspan(some.size());
    FMF_TRY_ASSIGN(const auto rows, database.run(statement(parameter_rows(1, some.size())), some));
    for (const Row& row : rows) look(row);
  }
  return {};
}

}  // namespace fmferry::sql
