// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/secret.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace fmferry {

// How to reach one table of a hosted FileMaker solution over ODBC.
struct OdbcOptions {
  // The driver manager's library; empty: unixODBC's, where systems keep it.
  std::string driver_manager{};
  // A data source that the driver manager knows; or, when empty, the driver's name there.
  std::string dsn{};
  std::string driver{"FileMaker ODBC"};
  std::string server{};  // host name or address; empty: the data source knows it
  int port{0};           // 0: the driver's own, 2399
  std::string database{};
  std::string user{};
  Secret password{};
  // More of the driver's own keywords, "KEY=value;KEY=value". Never user or password.
  std::string extra{};
  std::string table{};  // a table occurrence of the relationship graph
  // "photo" is the first repetition, "photo(2)" the second.
  std::vector<std::string> containers{};
  std::vector<std::string> fields{};          // to read as text
  std::vector<std::string> written_fields{};  // mark and stamp; check() proves that they are there
  // Which stream of a container is taken: the first of these that it has. "FILE" is what was
  // inserted as a file, "DEFAULT" the main one; others are FileMaker's four-letter codes ("JPEG",
  // "PDF "). A code that may also name a preview does not belong here.
  std::vector<std::string> streams{"FILE", "DEFAULT"};
  std::string identity{};  // what identity() answers; empty: made of server, database and table
  int max_connections{4};
  int page_size{100};
  std::chrono::seconds login_timeout{30};
  std::chrono::seconds statement_timeout{300};
};

}  // namespace fmferry
