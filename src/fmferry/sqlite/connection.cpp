// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/file.hpp>
#include <fmferry/sqlite/connection.hpp>

#include <sqlite3.h>

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

namespace fmferry {
namespace {

int flags_of(SqliteMode mode) {
  switch (mode) {
    case SqliteMode::read_only:
      return SQLITE_OPEN_READONLY;
    case SqliteMode::read_write:
      return SQLITE_OPEN_READWRITE;
    case SqliteMode::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return SQLITE_OPEN_READONLY;
}

// SQLite itself would make it readable for everybody. O_EXCL matters: closing a descriptor of a
// file that is open already would drop this process's locks on it.
Status make_private_file(const std::filesystem::path& path) {
  const FileHandle file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file.is_open() && errno != EEXIST) return fail(errno_error("cannot create", path));
  return {};
}

}  // namespace

void SqliteConnection::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}

Result<SqliteConnection> SqliteConnection::open(const std::filesystem::path& path,
                                                const SqliteOptions& options) {
  const std::string name = path.string();
  if (options.mode == SqliteMode::create && name != ":memory:") FMF_TRY(make_private_file(path));
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(name.c_str(), &raw, flags_of(options.mode) | SQLITE_OPEN_NOMUTEX, nullptr);
  SqliteConnection connection(raw);
  if (code != SQLITE_OK) {
    return fail(sqlite_error(raw, "cannot open the database").at(name));
  }
  sqlite3_extended_result_codes(raw, 1);
  const auto patience = options.busy_timeout.count();
  sqlite3_busy_timeout(
      raw, static_cast<int>(std::min<std::int64_t>(patience, std::numeric_limits<int>::max())));
  Status status =
      connection.exec(options.foreign_keys ? "PRAGMA foreign_keys=ON" : "PRAGMA foreign_keys=OFF");
  if (status) status = connection.exec("PRAGMA schema_version");
  if (!status) return fail(std::move(status).error().at(name));
  return connection;
}

Result<SqliteStatement> SqliteConnection::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), 0, &raw, nullptr);
  if (code != SQLITE_OK) return fail(sqlite_error(handle_.get(), "SQLite"));
  return SqliteStatement(raw);
}

Status SqliteConnection::exec(const std::string& sql) {
  if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return fail(sqlite_error(handle_.get(), "SQLite"));
  }
  return {};
}

Result<std::int64_t> SqliteConnection::query_integer(std::string_view sql) {
  FMF_TRY_ASSIGN(SqliteStatement statement, prepare(sql));
  FMF_TRY_ASSIGN(const bool found, statement.step());
  if (!found) return fail(ErrorKind::not_found, "SQLite: the query gave no row");
  return statement.integer(0);
}

Result<std::string> SqliteConnection::query_text(std::string_view sql) {
  FMF_TRY_ASSIGN(SqliteStatement statement, prepare(sql));
  FMF_TRY_ASSIGN(const bool found, statement.step());
  if (!found) return fail(ErrorKind::not_found, "SQLite: the query gave no row");
  return statement.text(0);
}

std::int64_t SqliteConnection::changes() const {
  return sqlite3_changes(handle_.get());
}

std::int64_t SqliteConnection::last_insert_rowid() const {
  return sqlite3_last_insert_rowid(handle_.get());
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

Result<SqliteTransaction> SqliteTransaction::begin(SqliteConnection& connection) {
  FMF_TRY(connection.exec("BEGIN IMMEDIATE"));
  return SqliteTransaction(connection);
}

SqliteTransaction::SqliteTransaction(SqliteTransaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

SqliteTransaction::~SqliteTransaction() {
  roll_back();
}

Status SqliteTransaction::commit() {
  Status status = connection_->exec("COMMIT");
  if (!status) roll_back();
  connection_ = nullptr;
  return status;
}

void SqliteTransaction::roll_back() {
  // Some errors (a full disk) have rolled back by themselves already.
  if (connection_ == nullptr || !connection_->in_transaction()) return;
  // There is nothing left to do about a failed rollback: the next statement will tell.
  [[maybe_unused]] const Status status = connection_->exec("ROLLBACK");
}

}  // namespace fmferry
