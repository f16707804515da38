// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/connection.hpp>
#include <fmferry/filemaker/odbc/statement.hpp>
#include <fmferry/filemaker/odbc/utf16.hpp>
#include <fmferry/filemaker/odbc/values.hpp>

#include <array>
#include <vector>

namespace fmferry::odbc {
namespace {

constexpr std::size_t k_text_units = 4096;
constexpr std::size_t k_piece = 256UL * 1024;

// How many of the bytes in a buffer are the value's. A driver that could not put all of it there
// announces what is left, or says that it does not know.
std::size_t filled(SQLRETURN done, SQLLEN announced, std::size_t room) {
  const bool fits = announced >= 0 && static_cast<std::size_t>(announced) <= room;
  if (fits) return static_cast<std::size_t>(announced);
  return done == SQL_SUCCESS_WITH_INFO || announced == SQL_NO_TOTAL ? room : 0;
}

}  // namespace

Statement::Statement(Connection* connection, SQLHSTMT handle, Doing doing)
    : connection_(connection), handle_(handle), doing_(doing) {}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      handle_(std::exchange(other.handle_, nullptr)),
      doing_(other.doing_) {}

Statement::~Statement() {
  if (handle_ != nullptr) connection_->manager().free_handle(SQL_HANDLE_STMT, handle_);
}

Error Statement::failure() {
  return connection_->failure(SQL_HANDLE_STMT, handle_, doing_);
}

Result<bool> Statement::next() {
  const SQLRETURN done = connection_->manager().fetch(handle_);
  if (done == SQL_NO_DATA) return false;
  if (!SQL_SUCCEEDED(done)) return fail(failure());
  return true;
}

Result<std::optional<std::string>> Statement::text(int column) {
  std::u16string value;
  std::size_t promised = 0;
  for (bool first = true;; first = false) {
    std::array<char16_t, k_text_units> units{};
    constexpr std::size_t k_room = sizeof(units) - sizeof(char16_t);  // a zero ends it
    SQLLEN announced = 0;
    const SQLRETURN done = connection_->manager().get_data(handle_,
                                                           static_cast<SQLUSMALLINT>(column),
                                                           SQL_C_WCHAR,
                                                           units.data(),
                                                           sizeof(units),
                                                           &announced);
    if (done == SQL_NO_DATA) break;
    if (!SQL_SUCCEEDED(done)) return fail(failure());
    if (announced == SQL_NULL_DATA) return std::nullopt;
    if (first && announced > 0) promised = static_cast<std::size_t>(announced);
    const std::u16string_view came(units.data(),
                                   filled(done, announced, k_room) / sizeof(char16_t));
    value += came.substr(0, came.find(u'\0'));  // a driver that cut it off put a zero there
    if (done == SQL_SUCCESS) break;
  }
  if (value.size() * sizeof(char16_t) < promised) {
    return fail(ErrorKind::corrupt, "a text came cut off");
  }
  return to_utf8(value);
}

Result<std::int64_t> Statement::integer(int column) {
  FMF_TRY_ASSIGN(const auto read, text(column));
  const auto value = whole_number(read.value_or(""));
  if (!value) return fail(ErrorKind::corrupt, "the server gave no number where one must be");
  return *value;
}

Result<std::optional<Statement::Streamed>> Statement::stream(int column,
                                                             const ByteSink& sink,
                                                             const CallContext& context) {
  Streamed streamed;
  std::int64_t promised = 0;
  std::vector<char> piece(k_piece);
  for (bool first = true;; first = false) {
    FMF_TRY(may_go_on(context));
    SQLLEN announced = 0;
    const SQLRETURN done = connection_->manager().get_data(handle_,
                                                           static_cast<SQLUSMALLINT>(column),
                                                           SQL_C_BINARY,
                                                           piece.data(),
                                                           static_cast<SQLLEN>(piece.size()),
                                                           &announced);
    if (done == SQL_NO_DATA) break;
    if (!SQL_SUCCEEDED(done)) return fail(failure());
    if (announced == SQL_NULL_DATA) return std::nullopt;
    if (first && announced >= 0) {
      streamed.length_announced = true;
      promised = announced;
    }
    const std::size_t came = filled(done, announced, piece.size());
    if (came > 0) FMF_TRY(sink(ByteView(piece.data(), came)));
    streamed.length += static_cast<std::int64_t>(came);
    if (done == SQL_SUCCESS) break;
  }
  if (streamed.length_announced && streamed.length != promised) {
    return fail(ErrorKind::corrupt,
                std::to_string(streamed.length) + " bytes came where the driver had announced " +
                    std::to_string(promised));
  }
  return streamed;
}

Result<bool> Statement::holds_something(int column) {
  char byte = 0;
  SQLLEN announced = 0;
  const SQLRETURN done = connection_->manager().get_data(
      handle_, static_cast<SQLUSMALLINT>(column), SQL_C_BINARY, &byte, 1, &announced);
  if (done == SQL_NO_DATA) return false;
  if (!SQL_SUCCEEDED(done)) return fail(failure());
  return announced != SQL_NULL_DATA;
}

Result<std::int64_t> Statement::affected() {
  SQLLEN count = 0;
  if (!SQL_SUCCEEDED(connection_->manager().row_count(handle_, &count))) return fail(failure());
  return count;
}

}  // namespace fmferry::odbc
