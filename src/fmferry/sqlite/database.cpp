// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/sql/values.hpp>
#include <fmferry/sqlite/connection.hpp>
#include <fmferry/sqlite/database.hpp>

#include <sqlite3.h>

#include <utility>

namespace fmferry {
namespace {

using sql::Row;
using sql::Table;
using sql::Value;

// Of the constraints only uniqueness is a conflict with another row. SQLite's own words name
// columns only, never values.
Error translated(Error error) {
  const bool unique = error.origin_code == SQLITE_CONSTRAINT_UNIQUE ||
                      error.origin_code == SQLITE_CONSTRAINT_PRIMARYKEY;
  if (error.kind == ErrorKind::conflict && !unique) error.kind = ErrorKind::invalid;
  return error;
}

// "$1" as "?1". SQLite takes the first for a name, and looks names up one by one: thousands of them
// take it seconds.
std::string numbered(std::string_view statement) {
  std::string text(statement);
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '$') {
      text[at] = '?';
    }
  }
  return text;
}

class SqliteDatabase final : public sql::Database {
 public:
  SqliteDatabase(std::filesystem::path path, SqliteConnection connection)
      : path_(std::move(path)), connection_(std::move(connection)) {}

  [[nodiscard]] std::string identity() const override {
    std::error_code ignored;
    const auto absolute = std::filesystem::absolute(path_, ignored);
    return "sqlite://" + percent_encode(absolute.lexically_normal().string(), true);
  }

  [[nodiscard]] sql::Dialect dialect() const override { return sql::Dialect::sqlite; }

  Status check() override {
    if (sqlite3_db_readonly(connection_.get(), "main") != 0) {
      return fail(ErrorKind::denied, "the catalogue's database file may not be written to");
    }
    if (!connection_.query_integer("SELECT json_extract('{\"a\": 1}', '$.a')")) {
      return fail(ErrorKind::invalid, "this SQLite library has no JSON functions");
    }
    return {};
  }

  Result<Table> table(const std::string& name) override {
    FMF_TRY_ASSIGN(SqliteStatement query,
                   connection_.prepare("SELECT name, type, \"notnull\", dflt_value, pk FROM "
                                       "pragma_table_info(?)"));
    query.bind_text(1, name);
    Table table{.name = name};
    while (true) {
      FMF_TRY_ASSIGN(const bool found, query.step());
      if (!found) break;
      const std::string type = to_lower(query.text(1));
      const bool row_number = query.integer(4) != 0 && type == "integer";
      table.columns[query.text(0)] = {.kind = sql::kind_of(type, sql::Dialect::sqlite),
                                      .type = type,
                                      .limit = sql::limit_of(type),
                                      .not_null = query.integer(2) != 0,
                                      .automatic = row_number || !query.is_null(3)};
    }
    if (!table.columns.empty()) return table;
    return fail(ErrorKind::invalid, "table " + name + " is not there; is this the right database?");
  }

  Result<std::vector<Row>> run(const std::string& text, std::span<const Value> values) override {
    auto statement = connection_.prepare(numbered(text));
    if (!statement) return fail(translated(std::move(statement).error()));
    for (std::size_t number = 1; number <= values.size(); ++number) {
      statement->bind_text_or_null(static_cast<int>(number), values[number - 1]);
    }
    std::vector<Row> rows;
    while (true) {
      const auto found = statement->step();
      if (!found) return fail(translated(found.error()));
      if (!*found) return rows;
      Row row;
      for (int column = 0; column < sqlite3_column_count(statement->get()); ++column) {
        row.push_back(statement->optional_text(column));
      }
      rows.push_back(std::move(row));
    }
  }

 private:
  std::filesystem::path path_;
  SqliteConnection connection_;
};

}  // namespace

Result<std::unique_ptr<sql::Database>> open_sqlite_database(const SqliteDatabaseOptions& options) {
  const SqliteMode mode = options.create ? SqliteMode::create : SqliteMode::read_write;
  FMF_TRY_ASSIGN(
      SqliteConnection connection,
      SqliteConnection::open(options.path, {.mode = mode, .busy_timeout = options.busy_timeout}));
  return std::make_unique<SqliteDatabase>(options.path, std::move(connection));
}

}  // namespace fmferry
