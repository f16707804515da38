// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sqlite/statement.hpp>

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace fmferry {
namespace {

ErrorKind kind_of(int code, sqlite3* connection) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ErrorKind::busy;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorKind::corrupt;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ErrorKind::denied;
    case SQLITE_CONSTRAINT:
      return ErrorKind::conflict;
    case SQLITE_INTERRUPT:
      return ErrorKind::cancelled;
    case SQLITE_CANTOPEN: {
      const int system = connection == nullptr ? 0 : sqlite3_system_errno(connection);
      if (system == ENOENT) return ErrorKind::not_found;
      if (system == EACCES || system == EPERM || system == EROFS) return ErrorKind::denied;
      return ErrorKind::internal;
    }
    default:
      return ErrorKind::internal;
  }
}

std::string words_for(int code, sqlite3* connection) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "the database is locked by another program";
    case SQLITE_CORRUPT:
      return "the database file is damaged; restore it from a backup";
    case SQLITE_NOTADB:
      return "the file is not an SQLite database";
    case SQLITE_FULL:
      return "the disk is full";
    case SQLITE_READONLY:
      return "the database can't be written to; check the rights of the file and its folder";
    case SQLITE_CANTOPEN: {
      const int system = connection == nullptr ? 0 : sqlite3_system_errno(connection);
      if (system == ENOENT) return "there is no such file";
      if (system != 0) return std::strerror(system);
      return sqlite3_errstr(code);
    }
    default:
      return connection == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(connection);
  }
}

}  // namespace

Error sqlite_error(sqlite3* connection, std::string_view doing) {
  const int code = connection == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(connection);
  return Error{.kind = kind_of(code, connection),
               .what = std::string(doing) + ": " + words_for(code, connection),
               .origin_code = code};
}

void SqliteStatement::Finalize::operator()(sqlite3_stmt* handle) const {
  sqlite3_finalize(handle);
}

void SqliteStatement::note(int code) {
  if (code == SQLITE_OK || bind_error_) return;
  bind_error_ = Error{.what = std::string("cannot bind a value: ") + sqlite3_errstr(code),
                      .origin_code = code};
}

void SqliteStatement::bind_integer(int index, std::int64_t value) {
  note(sqlite3_bind_int64(handle_.get(), index, value));
}

void SqliteStatement::bind_integer_or_null(int index, std::optional<std::int64_t> value) {
  if (value) return bind_integer(index, *value);
  bind_null(index);
}

void SqliteStatement::bind_real(int index, double value) {
  note(sqlite3_bind_double(handle_.get(), index, value));
}

void SqliteStatement::bind_text(int index, std::string_view value) {
  // A null pointer would bind NULL, and an empty view may hold one.
  const char* const data = value.empty() ? "" : value.data();
  note(
      sqlite3_bind_text64(handle_.get(), index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void SqliteStatement::bind_text_or_null(int index, const std::optional<std::string>& value) {
  if (value) return bind_text(index, *value);
  bind_null(index);
}

void SqliteStatement::bind_blob(int index, ByteView value) {
  const char* const data = value.empty() ? "" : value.data();
  note(sqlite3_bind_blob64(handle_.get(), index, data, value.size(), SQLITE_TRANSIENT));
}

void SqliteStatement::bind_null(int index) {
  note(sqlite3_bind_null(handle_.get(), index));
}

Result<bool> SqliteStatement::step() {
  if (bind_error_) return fail(*bind_error_);
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(sqlite_error(sqlite3_db_handle(handle_.get()), "SQLite"));
}

Status SqliteStatement::run() {
  Result<bool> more = step();
  while (more && *more) more = step();
  reset();
  if (!more) return fail(std::move(more).error());
  return {};
}

void SqliteStatement::reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
  bind_error_.reset();
}

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

double SqliteStatement::real(int column) const {
  return sqlite3_column_double(handle_.get(), column);
}

std::string_view SqliteStatement::text_view(int column) const {
  const auto* data = sqlite3_column_text(handle_.get(), column);
  if (data == nullptr) return {};
  const auto size = sqlite3_column_bytes(handle_.get(), column);
  return {reinterpret_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::string SqliteStatement::text(int column) const {
  return std::string(text_view(column));
}

std::string SqliteStatement::blob(int column) const {
  const void* data = sqlite3_column_blob(handle_.get(), column);
  if (data == nullptr) return {};
  const auto size = sqlite3_column_bytes(handle_.get(), column);
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

std::optional<std::int64_t> SqliteStatement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> SqliteStatement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

}  // namespace fmferry
