// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odbc/diagnostics.hpp>
#include <fmferry/foundation/clock.hpp>
#include <fmferry/ports/sink.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace fmferry::odbc {

class Connection;

// The result of a statement that was run. Columns count from 1, are read from left to right, and
// each once: many drivers can't do more. The connection must outlive it.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&& other) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // Goes to the next row; false when there is none.
  Result<bool> next();
  // Of whatever length; nothing for NULL. `corrupt` when it ends before its announced length.
  Result<std::optional<std::string>> text(int column);
  // A whole number; `corrupt` for anything else.
  Result<std::int64_t> integer(int column);

  struct Streamed {
    std::int64_t length{0};
    bool length_announced{false};
  };

  // Hands the bytes to the sink in pieces; nothing for NULL. `corrupt` when others came than were
  // announced.
  Result<std::optional<Streamed>> stream(int column,
                                         const ByteSink& sink,
                                         const CallContext& context);
  // Whether there is anything but NULL, having read one byte at most.
  Result<bool> holds_something(int column);
  // How many rows an UPDATE changed.
  Result<std::int64_t> affected();

 private:
  friend class Connection;
  Statement(Connection* connection, SQLHSTMT handle, Doing doing);

  Error failure();

  Connection* connection_;
  SQLHSTMT handle_;
  Doing doing_;
};

}  // namespace fmferry::odbc
