// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/sqlite/statement.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace fmferry {

enum class SqliteMode {
  read_only,
  read_write,  // the file must be there
  create,      // made when it is not there, for its owner only (0600)
};

struct SqliteOptions {
  SqliteMode mode{SqliteMode::read_write};
  std::chrono::milliseconds busy_timeout{5000};  // how long a lock of others is waited for
  bool foreign_keys{true};
};

// One connection to one database file. Used by one thread at a time.
class SqliteConnection {
 public:
  // Reads the file's header too, so a file that is no database is refused here. Errors:
  // `not_found`, `denied`, `corrupt`, `busy`; each names the file.
  static Result<SqliteConnection> open(const std::filesystem::path& path,
                                       const SqliteOptions& options = {});

  Result<SqliteStatement> prepare(std::string_view sql);
  // One or more statements without parameters; their rows are dropped.
  Status exec(const std::string& sql);
  // First column of the first row; `not_found` when there is no row.
  Result<std::int64_t> query_integer(std::string_view sql);
  Result<std::string> query_text(std::string_view sql);

  // Rows changed by the last INSERT, UPDATE or DELETE.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] std::int64_t last_insert_rowid() const;
  [[nodiscard]] bool in_transaction() const;

  [[nodiscard]] sqlite3* get() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };

  explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}

  std::unique_ptr<sqlite3, Close> handle_;
};

// All or nothing: rolls back unless commit() succeeded. It takes the write lock at once, so that
// `busy` is told here and not in the middle. The connection must outlive it.
class SqliteTransaction {
 public:
  static Result<SqliteTransaction> begin(SqliteConnection& connection);

  SqliteTransaction(SqliteTransaction&& other) noexcept;
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  ~SqliteTransaction();

  // On failure the transaction is rolled back.
  Status commit();

 private:
  explicit SqliteTransaction(SqliteConnection& connection) : connection_(&connection) {}

  void roll_back();

  SqliteConnection* connection_;
};

}  // namespace fmferry
