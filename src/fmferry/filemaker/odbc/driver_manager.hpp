// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>

#include <sql.h>
#include <sqlext.h>

#include <sqlucode.h>

#include <functional>
#include <memory>
#include <string>

namespace fmferry::odbc {

// The calls of ODBC that we use. They are looked up at run time, so that fmferry starts on machines
// without ODBC; and each can be wrapped, so that tests make a driver fail as real ones do.
struct DriverManager {
  std::function<decltype(SQLAllocHandle)> alloc_handle{};
  std::function<decltype(SQLFreeHandle)> free_handle{};
  std::function<decltype(SQLSetEnvAttr)> set_environment{};
  std::function<decltype(SQLSetConnectAttrW)> set_connection{};
  std::function<decltype(SQLGetConnectAttrW)> get_connection{};
  std::function<decltype(SQLSetStmtAttrW)> set_statement{};
  std::function<decltype(SQLDriverConnectW)> connect{};
  std::function<decltype(SQLDisconnect)> disconnect{};
  std::function<decltype(SQLBindParameter)> bind_parameter{};
  std::function<decltype(SQLExecDirectW)> execute{};
  std::function<decltype(SQLFetch)> fetch{};
  std::function<decltype(SQLGetData)> get_data{};
  std::function<decltype(SQLRowCount)> row_count{};
  std::function<decltype(SQLGetDiagRecW)> diagnostic{};
};

// Opens unixODBC's library, or the one named. `invalid`, saying what to install, when there is none
// or it is no driver manager. The library stays loaded as long as the table is used.
Result<std::shared_ptr<const DriverManager>> load_driver_manager(const std::string& library);

}  // namespace fmferry::odbc
