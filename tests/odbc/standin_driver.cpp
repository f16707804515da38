// SPDX-License-Identifier: Apache-2.0
//
// An ODBC driver that stands in for FileMaker's: PostgreSQL's real one does the work, and this one
// closes the gap between the two languages that no SQL can close. Whatever else fmferry says
// reaches the server as it is.
//
// FMF_STANDIN_LOG names a file that gets every statement. With FMF_STANDIN_LOSES_USER no user name
// reaches it, whatever the connection string says.
#include <sql.h>
#include <sqlext.h>

#include <dlfcn.h>
#include <sqlucode.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>
#include <string_view>

namespace {

void* postgres() {
  static void* const library = ::dlopen(PSQLODBC_PATH, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    std::fprintf(stderr, "PostgreSQL's ODBC driver is missing: %s\n", PSQLODBC_PATH);
    std::abort();
  }
  return library;
}

template <class Function>
Function* real(Function* /*ours*/, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(postgres(), name));
}

void note(const std::u16string& sql) {
  static std::mutex mutex;
  const char* path = std::getenv("FMF_STANDIN_LOG");
  if (path == nullptr) return;
  std::string line(sql.size(), '?');
  std::ranges::transform(
      sql, line.begin(), [](char16_t c) { return c < 0x80 ? static_cast<char>(c) : '?'; });
  const std::scoped_lock lock(mutex);
  if (std::FILE* file = std::fopen(path, "a")) {
    std::fprintf(file, "%s\n", line.c_str());
    std::fclose(file);
  }
}

// DEFAULT is a word of its own to PostgreSQL too, and may not stand in a call.
std::u16string translated(std::u16string sql) {
  constexpr std::u16string_view k_default = u", DEFAULT)";
  const auto at = sql.find(k_default);
  if (at != std::u16string::npos) sql.replace(at, k_default.size(), u", 'DEFAULT')");
  return sql;
}

// Like FileMaker's driver it takes no user from anywhere but the connection string.
bool has_user(const SQLWCHAR* text, SQLSMALLINT length) {
  if (std::getenv("FMF_STANDIN_LOSES_USER") != nullptr) return false;
  const auto* first = reinterpret_cast<const char16_t*>(text);
  const std::u16string_view whole =
      length == SQL_NTS ? std::u16string_view(first)
                        : std::u16string_view(first, static_cast<std::size_t>(length));
  return whole.find(u";UID=") != std::u16string_view::npos;
}

// The connection was refused by this driver, before PostgreSQL's saw it.
thread_local bool lacks_user = false;

SQLRETURN say(std::u16string_view state,
              std::u16string_view words,
              SQLWCHAR* to_state,
              SQLWCHAR* text,
              SQLSMALLINT room,
              SQLSMALLINT* length) {
  if (to_state != nullptr) *std::ranges::copy(state, to_state).out = 0;
  if (length != nullptr) *length = static_cast<SQLSMALLINT>(words.size());
  if (text == nullptr || room <= static_cast<SQLSMALLINT>(words.size())) {
    return SQL_SUCCESS_WITH_INFO;
  }
  *std::ranges::copy(words, text).out = 0;
  return SQL_SUCCESS;
}

// A record that somebody else holds, in FileMaker's words.
void reword(SQLWCHAR* state, SQLWCHAR* text, SQLSMALLINT room, SQLSMALLINT* length) {
  constexpr std::u16string_view k_lock_timeout = u"55P03";
  constexpr std::u16string_view k_words =
      u"[FileMaker][FileMaker ODBC] (301): Record is in use by another user";
  if (state == nullptr || !std::equal(k_lock_timeout.begin(), k_lock_timeout.end(), state)) return;
  constexpr std::u16string_view k_general = u"HY000";
  std::ranges::copy(k_general, state);
  if (text == nullptr || room <= static_cast<SQLSMALLINT>(k_words.size())) return;
  *std::ranges::copy(k_words, text).out = 0;
  if (length != nullptr) *length = static_cast<SQLSMALLINT>(k_words.size());
}

}  // namespace

#define FORWARD(name, parameters, arguments) \
  extern "C" SQLRETURN name parameters {     \
    return real(&name, #name) arguments;     \
  }

FORWARD(SQLAllocHandle,
        (SQLSMALLINT type, SQLHANDLE input, SQLHANDLE* output),
        (type, input, output))
FORWARD(SQLFreeHandle, (SQLSMALLINT type, SQLHANDLE handle), (type, handle))
FORWARD(SQLFreeStmt, (SQLHSTMT statement, SQLUSMALLINT option), (statement, option))
FORWARD(SQLSetEnvAttr,
        (SQLHENV environment, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length),
        (environment, attribute, value, length))
FORWARD(SQLSetConnectAttrW,
        (SQLHDBC connection, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length),
        (connection, attribute, value, length))
FORWARD(SQLGetConnectAttrW,
        (SQLHDBC connection,
         SQLINTEGER attribute,
         SQLPOINTER value,
         SQLINTEGER room,
         SQLINTEGER* length),
        (connection, attribute, value, room, length))
FORWARD(SQLSetStmtAttrW,
        (SQLHSTMT statement, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length),
        (statement, attribute, value, length))
FORWARD(SQLGetStmtAttrW,
        (SQLHSTMT statement,
         SQLINTEGER attribute,
         SQLPOINTER value,
         SQLINTEGER room,
         SQLINTEGER* length),
        (statement, attribute, value, room, length))
FORWARD(SQLGetInfoW,
        (SQLHDBC connection,
         SQLUSMALLINT what,
         SQLPOINTER value,
         SQLSMALLINT room,
         SQLSMALLINT* length),
        (connection, what, value, room, length))
FORWARD(SQLDisconnect, (SQLHDBC connection), (connection))
FORWARD(SQLEndTran,
        (SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion),
        (type, handle, completion))
FORWARD(SQLBindParameter,
        (SQLHSTMT statement,
         SQLUSMALLINT number,
         SQLSMALLINT direction,
         SQLSMALLINT c_type,
         SQLSMALLINT type,
         SQLULEN size,
         SQLSMALLINT digits,
         SQLPOINTER value,
         SQLLEN room,
         SQLLEN* length),
        (statement, number, direction, c_type, type, size, digits, value, room, length))
FORWARD(SQLNumResultCols, (SQLHSTMT statement, SQLSMALLINT* count), (statement, count))
FORWARD(SQLRowCount, (SQLHSTMT statement, SQLLEN* count), (statement, count))
FORWARD(SQLFetch, (SQLHSTMT statement), (statement))
FORWARD(SQLCloseCursor, (SQLHSTMT statement), (statement))
FORWARD(SQLCancel, (SQLHSTMT statement), (statement))
FORWARD(SQLGetData,
        (SQLHSTMT statement,
         SQLUSMALLINT column,
         SQLSMALLINT type,
         SQLPOINTER value,
         SQLLEN room,
         SQLLEN* length),
        (statement, column, type, value, room, length))

// The driver manager asks for no diagnostics where one of the two is missing.
FORWARD(SQLGetDiagFieldW,
        (SQLSMALLINT type,
         SQLHANDLE handle,
         SQLSMALLINT number,
         SQLSMALLINT what,
         SQLPOINTER value,
         SQLSMALLINT room,
         SQLSMALLINT* length),
        (type, handle, number, what, value, room, length))

extern "C" SQLRETURN SQLGetDiagRecW(SQLSMALLINT type,
                                    SQLHANDLE handle,
                                    SQLSMALLINT number,
                                    SQLWCHAR* state,
                                    SQLINTEGER* native,
                                    SQLWCHAR* text,
                                    SQLSMALLINT room,
                                    SQLSMALLINT* length) {
  if (lacks_user) {
    if (number != 1) return SQL_NO_DATA;
    if (native != nullptr) *native = 0;
    return say(u"28000",
               u"[FileMaker][FileMaker ODBC] User ID must be specified",
               state,
               text,
               room,
               length);
  }
  const SQLRETURN done = real(&SQLGetDiagRecW, "SQLGetDiagRecW")(
      type, handle, number, state, native, text, room, length);
  if (SQL_SUCCEEDED(done)) reword(state, text, room, length);
  return done;
}

extern "C" SQLRETURN SQLDriverConnectW(SQLHDBC connection,
                                       SQLHWND window,
                                       SQLWCHAR* text,
                                       SQLSMALLINT length,
                                       SQLWCHAR* out,
                                       SQLSMALLINT room,
                                       SQLSMALLINT* out_length,
                                       SQLUSMALLINT completion) {
  lacks_user = !has_user(text, length);
  if (lacks_user) return SQL_ERROR;
  return real(&SQLDriverConnectW, "SQLDriverConnectW")(
      connection, window, text, length, out, room, out_length, completion);
}

extern "C" SQLRETURN SQLExecDirectW(SQLHSTMT statement, SQLWCHAR* text, SQLINTEGER length) {
  const auto* first = reinterpret_cast<const char16_t*>(text);
  const std::u16string sql = length == SQL_NTS
                                 ? std::u16string(first)
                                 : std::u16string(first, static_cast<std::size_t>(length));
  note(sql);
  std::u16string ours = translated(sql);
  return real(&SQLExecDirectW, "SQLExecDirectW")(
      statement, reinterpret_cast<SQLWCHAR*>(ours.data()), static_cast<SQLINTEGER>(ours.size()));
}
