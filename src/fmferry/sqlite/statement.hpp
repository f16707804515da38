// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/result.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

struct sqlite3;
struct sqlite3_stmt;

namespace fmferry {

// The last failure of a connection as an Error: BUSY and LOCKED become `busy`, CORRUPT and NOTADB
// `corrupt`, constraints `conflict`, READONLY and PERM `denied`, a full disk and I/O errors
// `internal`. origin_code holds SQLite's extended code.
[[nodiscard]] Error sqlite_error(sqlite3* connection, std::string_view doing);

// A prepared statement. Parameters count from 1, columns from 0. A failed bind is kept and told by
// the next step(), so that binds can be written one below the other. Must not outlive its
// connection's use; not thread-safe.
class SqliteStatement {
 public:
  explicit SqliteStatement(sqlite3_stmt* handle) : handle_(handle) {}

  [[nodiscard]] sqlite3_stmt* get() const { return handle_.get(); }

  // Text and blobs are copied.
  void bind_integer(int index, std::int64_t value);
  void bind_integer_or_null(int index, std::optional<std::int64_t> value);
  void bind_real(int index, double value);
  void bind_text(int index, std::string_view value);
  void bind_text_or_null(int index, const std::optional<std::string>& value);
  void bind_blob(int index, ByteView value);
  void bind_null(int index);

  // True: there is a row to read. False: done.
  Result<bool> step();
  // For statements without rows: to the end, then ready for the next bindings.
  Status run();
  // Forgets the row and the bindings. Always done before a statement is used again.
  void reset();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;  // 0 for NULL
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;  // empty for NULL
  [[nodiscard]] std::string blob(int column) const;
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;
  [[nodiscard]] std::optional<std::string> optional_text(int column) const;
  // Valid until the next step(), reset() or getter of this column.
  [[nodiscard]] std::string_view text_view(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const;
  };

  void note(int code);

  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
  std::optional<Error> bind_error_{};
};

}  // namespace fmferry
