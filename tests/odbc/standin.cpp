// SPDX-License-Identifier: Apache-2.0
#include "odbc/standin.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace fmferry::testing_support {
namespace {

struct Answer {
  int status{-1};
  std::string output{};
};

Answer run(const std::string& command) {
  Answer answer;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return answer;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    answer.output.append(buffer.data(), got);
  }
  answer.status = ::pclose(pipe);
  return answer;
}

std::string quoted(const std::string& word) {
  return "'" + word + "'";
}

const std::string& folder() {
  static const std::string path =
      (std::filesystem::temp_directory_path() / ("fmferry-odbc-" + std::to_string(::getpid())))
          .string();
  return path;
}

std::string start_clinic(const std::string& command) {
  return quoted(std::string(FMF_SOURCE_DIR) + "/tests/odbc/start-clinic") + " " + command + " " +
         quoted(folder());
}

class StopAtTheEnd final : public testing::Environment {
 public:
  void TearDown() override {
    run(start_clinic("stop") + " 2>&1");
    std::error_code ignored;
    std::filesystem::remove_all(folder(), ignored);
  }
};

using Settings = std::map<std::string, std::string>;

Settings started() {
  testing::AddGlobalTestEnvironment(new StopAtTheEnd);  // gtest owns it
  std::string command =
      start_clinic("start") + " " + quoted(FMSIM_PATH) + " " + quoted(FMF_STANDIN_DRIVER);
  for (const auto& option : odbc_clinic()) command += " " + option;
  const Answer answer = run(command);
  EXPECT_EQ(answer.status, 0) << "the clinic's database did not start";
  ::setenv("ODBCSYSINI", folder().c_str(), 1);
  Settings settings;
  std::istringstream lines(answer.output);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) settings[line.substr(0, equals)] = line.substr(equals + 1);
  }
  return settings;
}

const Settings& settings() {
  static const Settings known = started();
  return known;
}

}  // namespace

const std::vector<std::string>& odbc_clinic() {
  static const std::vector<std::string> options{"--records", "120", "--seed", "3"};
  return options;
}

std::string new_database() {
  static std::atomic<int> last{0};
  static_cast<void>(settings());
  const std::string name = "clinic-" + std::to_string(++last);
  EXPECT_EQ(run(start_clinic("copy") + " " + name).status, 0);
  return name;
}

OdbcOptions options_for(const std::string& database) {
  Settings known = settings();
  return {
      .server = known["PGHOST"],
      .port = std::atoi(known["PGPORT"].c_str()),
      .database = database,
      .user = known["PGUSER"],
      .password = Secret(known["PGPASSWORD"]),
      .table = "API_Images",
      .containers = {"image_Full", "image_Ex_large", "image_large", "image_medium", "image_small"},
      .fields =
          {"id", "id_patient", "image_date", "category", "best_image_container", "NexusExportDate"},
      .written_fields = {"best_image_container", "NexusExportDate"}};
}

std::string run_sql(const std::string& database, const std::string& sql, Ends ends) {
  static std::atomic<int> last{0};
  const std::string file = folder() + "/" + std::to_string(++last) + ".sql";
  std::ofstream(file) << sql;
  const std::string quiet = ends == Ends::by_force ? " 2>/dev/null" : "";
  const Answer answer = run(start_clinic("sql") + " " + database + " <" + quoted(file) + quiet);
  EXPECT_TRUE(ends == Ends::by_force || answer.status == 0) << sql;
  return answer.output;
}

}  // namespace fmferry::testing_support
