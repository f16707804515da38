// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/truth.hpp"
#include <fmferry/filemaker/odbc/odbc_source.hpp>

#include <string>
#include <vector>

namespace fmferry::testing_support {

// The clinic of the contract suite, behind unixODBC's driver manager and a real driver: one server
// a test binary, started at its first use and ended with the binary.
[[nodiscard]] const std::vector<std::string>& odbc_clinic();  // as options of `fmsim truth`

// A new database with that clinic; its name.
[[nodiscard]] std::string new_database();

// How to reach it: as the account that exists there, with the clinic's fields and containers.
[[nodiscard]] OdbcOptions options_for(const std::string& database);

enum class Ends { well, by_force };

// Runs SQL in a database, as somebody else would, and fails the test when that does not end well.
// One line a row, columns between '|'. Thread-safe.
std::string run_sql(const std::string& database, const std::string& sql, Ends ends = Ends::well);

}  // namespace fmferry::testing_support
