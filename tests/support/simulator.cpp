// SPDX-License-Identifier: Apache-2.0
#include "support/simulator.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

extern char** environ;

namespace fmferry::testing_support {
namespace {

namespace fs = std::filesystem;

fs::path make_folder() {
  std::string name = (fs::temp_directory_path() / "fmferry-sim-XXXXXX").string();
  return mkdtemp(name.data()) == nullptr ? fs::path() : fs::path(name);
}

}  // namespace

Simulator::Simulator(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {}

std::unique_ptr<Simulator> Simulator::start(std::vector<std::string> arguments) {
  std::unique_ptr<Simulator> simulator(new Simulator(std::move(arguments)));
  if (!simulator->launch()) {
    ADD_FAILURE() << "the simulator did not come up: " FMSIM_PATH;
    return nullptr;
  }
  return simulator;
}

bool Simulator::launch() {
  folder_ = make_folder();
  std::vector<std::string> words{FMSIM_PATH, "serve", "--dir", folder_.string()};
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string output = (folder_ / "output").string();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  const int failed =
      posix_spawn(&child_, words[0].c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return false;
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!read_env()) {
    int status = 0;
    if (std::chrono::steady_clock::now() > give_up || waitpid(child_, &status, WNOHANG) == child_) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

bool Simulator::read_env() {
  std::ifstream in(folder_ / "env");
  if (!in) return false;
  std::map<std::string, std::string> values;
  for (std::string line; std::getline(in, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  url_ = values["FMSIM_URL"];
  ca_file_ = values["FMSIM_CA"];
  database_ = values["FMSIM_DATABASE"];
  user_ = values["FMSIM_USER"];
  password_ = values["FMSIM_PASSWORD"];
  http_ = std::make_unique<HttpClient>(HttpOptions{.ca_file = ca_file_});
  return !url_.empty();
}

Simulator::~Simulator() {
  http_.reset();  // an open connection would hold up its end
  if (child_ > 0) {
    ::kill(child_, SIGTERM);
    int status = 0;
    waitpid(child_, &status, 0);
  }
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

std::string Simulator::control(const std::string& method,
                               const std::string& what,
                               const std::string& body) const {
  const auto response = http_->send(
      {.method = method, .url = url_ + "/_sim/" + what, .body = body, .has_body = method == "POST"},
      {});
  if (!response) {
    ADD_FAILURE() << what << ": " << to_line(response.error());
    return {};
  }
  EXPECT_EQ(response->status, 200) << what << ": " << response->body;
  return response->body;
}

std::int64_t Simulator::stat(std::string_view name) const {
  const std::string all = stats();
  const auto at = all.find("\"" + std::string(name) + "\":");
  return at == std::string::npos ? -1 : std::atoll(all.c_str() + at + name.size() + 3);
}

std::string Simulator::stats() const {
  return control("GET", "stats");
}

void Simulator::faults(const std::string& script) const {
  static_cast<void>(control("POST", "faults", script));
}

void Simulator::down(int seconds) const {
  static_cast<void>(control("POST", "down?seconds=" + std::to_string(seconds)));
}

void Simulator::lock(std::int64_t record_id, bool on) const {
  static_cast<void>(
      control("POST", "lock?recordId=" + std::to_string(record_id) + (on ? "&on=1" : "&on=0")));
}

void Simulator::remove(std::int64_t record_id) const {
  static_cast<void>(control("POST", "delete?recordId=" + std::to_string(record_id)));
}

void Simulator::append() const {
  static_cast<void>(control("POST", "append"));
}

void Simulator::claris(const std::string& what) const {
  static_cast<void>(control("POST", "claris?" + what));
}

std::string Simulator::served() const {
  return control("GET", "served");
}

std::vector<TrueRecord> Simulator::truth() const {
  return truth_of(arguments_);
}

}  // namespace fmferry::testing_support
