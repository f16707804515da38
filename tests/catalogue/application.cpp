// SPDX-License-Identifier: Apache-2.0
#include "application.hpp"

#include <fmferry/foundation/digest.hpp>
#include <fmferry/postgres/database.hpp>
#include <fmferry/sqlite/database.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <sstream>

namespace fmferry::test {
namespace {

namespace fs = std::filesystem;

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), got);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return output;
}

const fs::path& server_folder() {
  static const fs::path path =
      fs::temp_directory_path() / ("fmferry-pg-" + std::to_string(::getpid()));
  return path;
}

std::string script(const std::string& command) {
  return std::string(FMF_SOURCE_DIR) + "/scripts/start-postgres " + command + " " +
         server_folder().string();
}

class StopAtTheEnd final : public testing::Environment {
 public:
  void TearDown() override {
    output_of(script("stop") + " 2>&1");
    std::error_code ignored;
    fs::remove_all(server_folder(), ignored);
  }
};

using Settings = std::map<std::string, std::string>;

const Settings& server() {
  static const Settings settings = [] {
    testing::AddGlobalTestEnvironment(new StopAtTheEnd);  // gtest owns it
    fs::create_directories(server_folder());
    fs::permissions(server_folder(), fs::perms(0755));  // root's server runs as another user
    Settings found;
    std::istringstream lines(output_of(script("start")));
    for (std::string line; std::getline(lines, line);) {
      const auto equals = line.find('=');
      if (equals != std::string::npos) found[line.substr(0, equals)] = line.substr(equals + 1);
    }
    return found;
  }();
  return settings;
}

class SqliteApplication final : public Application {
 public:
  SqliteApplication() { fs::create_directory(folder_); }

  ~SqliteApplication() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::unique_ptr<sql::Database> connect() override {
    auto opened = open_sqlite_database({.path = folder_ / "db.sqlite3",
                                        .create = true,
                                        .busy_timeout = std::chrono::milliseconds(20)});
    EXPECT_TRUE(opened) << to_line(opened.error());
    return std::move(*opened);
  }

 private:
  fs::path folder_{fs::temp_directory_path() / ("fmferry-catalogue-" + uuid_v4())};
};

class PostgresApplication final : public Application {
 public:
  PostgresApplication() {
    const auto owner = connect();
    for (const char* statement : {"DROP SCHEMA public CASCADE", "CREATE SCHEMA public"}) {
      const auto done = owner->run(statement, {});
      EXPECT_TRUE(done) << to_line(done.error());
    }
  }

  std::unique_ptr<sql::Database> connect() override {
    const PostgresPlace place = postgres_place();
    auto opened = open_postgres_database({.url = place.url, .password = Secret(place.password)});
    EXPECT_TRUE(opened) << to_line(opened.error());
    return std::move(*opened);
  }
};

}  // namespace

PostgresPlace postgres_place() {
  const std::string& url = server().at("PG_URL");  // postgresql://user:password@host/database
  const std::size_t user = url.find("//") + 2;
  const std::size_t colon = url.find(':', user);
  const std::size_t at = url.find('@');
  return {.url = url.substr(0, colon) + url.substr(at),
          .password = url.substr(colon + 1, at - colon - 1)};
}

std::unique_ptr<Application> new_sqlite_application() {
  return std::make_unique<SqliteApplication>();
}

std::unique_ptr<Application> new_postgres_application() {
  return std::make_unique<PostgresApplication>();
}

}  // namespace fmferry::test
