// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/sql/database.hpp>

#include <chrono>
#include <filesystem>
#include <memory>

namespace fmferry {

struct SqliteDatabaseOptions {
  std::filesystem::path path{};
  bool create{false};  // when it is not there
  std::chrono::milliseconds busy_timeout{5000};
};

// An application's SQLite file. Its journal mode is left as it is. `not_found` or `corrupt` for a
// file that is not there or no database.
Result<std::unique_ptr<sql::Database>> open_sqlite_database(const SqliteDatabaseOptions& options);

}  // namespace fmferry
