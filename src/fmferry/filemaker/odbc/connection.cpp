// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/connection.hpp>
#include <fmferry/filemaker/odbc/connection_string.hpp>
#include <fmferry/filemaker/odbc/utf16.hpp>

namespace fmferry::odbc {
namespace {

// ODBC takes numbers and texts alike through a pointer.
SQLPOINTER as_pointer(std::intptr_t number) {
  return reinterpret_cast<SQLPOINTER>(number);
}

SQLWCHAR* wide(std::u16string& text) {
  static_assert(sizeof(SQLWCHAR) == sizeof(char16_t));
  return reinterpret_cast<SQLWCHAR*>(text.data());
}

}  // namespace

Connection::Connection(std::shared_ptr<const DriverManager> manager, const OdbcOptions& options)
    : manager_(std::move(manager)), options_(options) {}

Connection::~Connection() {
  if (connected_) manager_->disconnect(handle_);
  if (handle_ != nullptr) manager_->free_handle(SQL_HANDLE_DBC, handle_);
  if (environment_ != nullptr) manager_->free_handle(SQL_HANDLE_ENV, environment_);
}

Result<std::unique_ptr<Connection>> Connection::open(std::shared_ptr<const DriverManager> manager,
                                                     const OdbcOptions& options) {
  std::unique_ptr<Connection> connection(new Connection(std::move(manager), options));
  FMF_TRY(connection->connect());
  return connection;
}

Status Connection::connect() {
  const DriverManager& odbc = *manager_;
  if (!SQL_SUCCEEDED(odbc.alloc_handle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment_)) ||
      !SQL_SUCCEEDED(
          odbc.set_environment(environment_, SQL_ATTR_ODBC_VERSION, as_pointer(SQL_OV_ODBC3), 0)) ||
      !SQL_SUCCEEDED(odbc.alloc_handle(SQL_HANDLE_DBC, environment_, &handle_))) {
    return fail(ErrorKind::internal, "the ODBC driver manager gives no connection");
  }
  // Not every driver knows it; none must.
  odbc.set_connection(
      handle_, SQL_ATTR_LOGIN_TIMEOUT, as_pointer(options_.login_timeout.count()), 0);
  std::u16string text = to_utf16(connection_string(options_));
  const SQLRETURN done = odbc.connect(handle_,
                                      nullptr,
                                      wide(text),
                                      static_cast<SQLSMALLINT>(text.size()),
                                      nullptr,
                                      0,
                                      nullptr,
                                      SQL_DRIVER_NOPROMPT);
  if (!SQL_SUCCEEDED(done)) return fail(failure(SQL_HANDLE_DBC, handle_, Doing::connecting));
  connected_ = true;
  return {};
}

Error Connection::failure(SQLSMALLINT type, SQLHANDLE handle, Doing doing) {
  const auto diagnostics = read_diagnostics(*manager_, type, handle);
  const bool dead = is_dead();
  Error error = error_of(diagnostics, doing, dead, options_.password);
  // After a failure that nobody knows, a new connection is the better guess.
  const bool unknown = error.kind == ErrorKind::corrupt;
  lost_ = lost_ || dead || unknown || says_connection_lost(diagnostics);
  return error;
}

// Not every driver can tell.
bool Connection::is_dead() const {
  SQLUINTEGER dead = SQL_CD_FALSE;
  const bool told =
      connected_ && SQL_SUCCEEDED(manager_->get_connection(
                        handle_, SQL_ATTR_CONNECTION_DEAD, &dead, sizeof dead, nullptr));
  return told && dead == SQL_CD_TRUE;
}

Result<Statement> Connection::run(const std::string& sql,
                                  const std::vector<std::string>& texts,
                                  Doing doing) {
  const DriverManager& odbc = *manager_;
  SQLHSTMT handle = nullptr;
  if (!SQL_SUCCEEDED(odbc.alloc_handle(SQL_HANDLE_STMT, handle_, &handle))) {
    return fail(failure(SQL_HANDLE_DBC, handle_, doing));
  }
  Statement statement(this, handle, doing);
  odbc.set_statement(
      handle, SQL_ATTR_QUERY_TIMEOUT, as_pointer(options_.statement_timeout.count()), 0);
  std::vector<std::u16string> values;
  values.reserve(texts.size());
  std::vector<SQLLEN> lengths(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    values.push_back(to_utf16(texts[i]));
    lengths[i] = static_cast<SQLLEN>(values[i].size() * sizeof(char16_t));
    const SQLRETURN bound = odbc.bind_parameter(handle,
                                                static_cast<SQLUSMALLINT>(i + 1),
                                                SQL_PARAM_INPUT,
                                                SQL_C_WCHAR,
                                                SQL_WVARCHAR,
                                                std::max<SQLULEN>(1, values[i].size()),
                                                0,
                                                values[i].data(),
                                                lengths[i],
                                                &lengths[i]);
    if (!SQL_SUCCEEDED(bound)) return fail(statement.failure());
  }
  std::u16string text = to_utf16(sql);
  const SQLRETURN done = odbc.execute(handle, wide(text), static_cast<SQLINTEGER>(text.size()));
  // An UPDATE that finds no row says so with SQL_NO_DATA.
  if (!SQL_SUCCEEDED(done) && done != SQL_NO_DATA) return fail(statement.failure());
  return statement;
}

Status may_go_on(const CallContext& context) {
  if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "interrupted");
  if (context.deadline && std::chrono::steady_clock::now() > *context.deadline) {
    return fail(ErrorKind::cancelled, "the time is over");
  }
  return {};
}

}  // namespace fmferry::odbc
