// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/postgres/connection.hpp>
#include <fmferry/sql/values.hpp>

#include <utility>

namespace fmferry {
namespace {

using postgres::Answer;
using postgres::Connection;
using sql::Row;
using sql::Table;
using sql::Value;

// PostgreSQL's catalogue of its own tables. A name is looked up as an identifier in quotes.
constexpr const char* k_columns =
    "SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef OR "
    "a.attidentity <> '' FROM pg_attribute AS a WHERE a.attrelid = to_regclass($1) AND a.attnum > "
    "0 AND NOT a.attisdropped";

class PostgresDatabase final : public sql::Database {
 public:
  explicit PostgresDatabase(Connection connection) : connection_(std::move(connection)) {}

  [[nodiscard]] std::string identity() const override {
    const std::string host(PQhost(connection_.get()));
    const std::string port(PQport(connection_.get()));
    return "postgresql://" + percent_encode(host, false) + ":" + port + "/" +
           percent_encode(PQdb(connection_.get()), false);
  }

  [[nodiscard]] sql::Dialect dialect() const override { return sql::Dialect::postgres; }

  Status check() override {
    FMF_TRY_ASSIGN(const auto told, run("SELECT current_setting('transaction_read_only')", {}));
    if (told.at(0).at(0) == "on") {
      return fail(ErrorKind::denied,
                  "the catalogue's server takes no writes: it is a standby, or set read-only");
    }
    constexpr int k_oldest = 120'000;
    if (PQserverVersion(connection_.get()) >= k_oldest) return {};
    return fail(ErrorKind::invalid, "the catalogue's server is older than PostgreSQL 12");
  }

  Result<Table> table(const std::string& name) override {
    const std::vector<Value> named{sql::quoted_table(name)};
    FMF_TRY_ASSIGN(const auto rows, run(k_columns, named));
    Table table{.name = name};
    for (const Row& row : rows) {
      const std::string type = to_lower(row.at(1).value_or(""));
      const sql::Kind kind = sql::kind_of(type, sql::Dialect::postgres);
      table.columns[row.at(0).value_or("")] = {
          .kind = kind,
          .type = type,
          .limit = kind == sql::Kind::text ? sql::limit_of(type) : std::nullopt,
          .not_null = row.at(2) == "t",
          .automatic = row.at(3) == "t"};
    }
    if (!table.columns.empty()) return table;
    return fail(ErrorKind::invalid,
                "table " + name + " is not there, or may not be read; is this the right database?");
  }

  Result<std::vector<Row>> run(const std::string& statement,
                               std::span<const Value> values) override {
    FMF_TRY(reconnect_if_lost(statement));
    std::vector<const char*> texts;
    for (const Value& value : values) texts.push_back(value ? value->c_str() : nullptr);
    const Answer answer(PQexecParams(connection_.get(),
                                     statement.c_str(),
                                     static_cast<int>(texts.size()),
                                     nullptr,
                                     texts.data(),
                                     nullptr,
                                     nullptr,
                                     0));
    const auto status = PQresultStatus(answer.get());
    if (status == PGRES_COMMAND_OK) return std::vector<Row>{};
    if (status != PGRES_TUPLES_OK) {
      return fail(postgres::error_of(connection_.get(), answer.get(), statement == "COMMIT"));
    }
    return rows_of(answer.get());
  }

 private:
  // A lost connection took its transaction along; only what begins anew may have a new one.
  Status reconnect_if_lost(const std::string& statement) {
    if (PQstatus(connection_.get()) == CONNECTION_OK || statement == "COMMIT") return {};
    if (statement == "ROLLBACK") return {};
    PQreset(connection_.get());
    if (PQstatus(connection_.get()) == CONNECTION_OK) {
      return postgres::prepare_session(connection_.get());
    }
    return fail(postgres::error_of(connection_.get(), nullptr, false));
  }

  static std::vector<Row> rows_of(const PGresult* answer) {
    std::vector<Row> rows(static_cast<std::size_t>(PQntuples(answer)));
    for (std::size_t number = 0; number < rows.size(); ++number) {
      const int at = static_cast<int>(number);
      for (int column = 0; column < PQnfields(answer); ++column) {
        const bool null = PQgetisnull(answer, at, column) != 0;
        rows[number].push_back(null ? Value() : Value(PQgetvalue(answer, at, column)));
      }
    }
    return rows;
  }

  Connection connection_;
};

}  // namespace

Result<std::unique_ptr<sql::Database>> open_postgres_database(const PostgresOptions& options) {
  FMF_TRY_ASSIGN(const auto parameters, postgres::safe_parameters(options));
  FMF_TRY_ASSIGN(Connection connection, postgres::connect(parameters));
  return std::make_unique<PostgresDatabase>(std::move(connection));
}

}  // namespace fmferry
