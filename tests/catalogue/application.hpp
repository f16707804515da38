// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/sql/database.hpp>

#include <memory>
#include <string>

namespace fmferry::test {

// An application's database that a test owns: empty at first, gone afterwards.
class Application {
 public:
  virtual ~Application() = default;
  // One more connection, as fmferry or as another program.
  virtual std::unique_ptr<sql::Database> connect() = 0;
};

std::unique_ptr<Application> new_sqlite_application();
// In the test program's own PostgreSQL server, which the first call starts.
std::unique_ptr<Application> new_postgres_application();

// Where that server listens; for tests of connecting.
struct PostgresPlace {
  std::string url{};  // without a password, over TCP
  std::string password{};
};

PostgresPlace postgres_place();

}  // namespace fmferry::test
