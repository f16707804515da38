// SPDX-License-Identifier: Apache-2.0
#include "support/truth.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <map>
#include <sstream>

namespace fmferry::testing_support {
namespace {

bool is_truth_option(const std::string& argument) {
  return argument == "--records" || argument == "--seed" || argument == "--corpus";
}

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 65536> buffer{};
  while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), got);
  }
  if (pclose(pipe) != 0) ADD_FAILURE() << "failed: " << command;
  return output;
}

std::string text(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_string() ? std::string(value->get_string().c_str()) : "";
}

TrueRecord read_truth(const std::string& line) {
  const auto value = boost::json::parse(line).as_object();
  TrueRecord record{.record_id = std::stoll(text(value, "recordId")),
                    .id = text(value, "id"),
                    .kind = text(value, "kind")};
  for (const auto& entry : value.at("containers").as_array()) {
    const auto& object = entry.as_object();
    const auto& length = object.at("length");
    record.containers.push_back({.field = text(object, "field"),
                                 .state = text(object, "state"),
                                 .length = length.is_int64() ? length.get_int64() : 0,
                                 .sha256 = text(object, "sha256")});
  }
  return record;
}

}  // namespace

std::string run_simulator(const std::vector<std::string>& arguments) {
  std::string command = "'" FMSIM_PATH "'";
  for (const auto& argument : arguments) command += " '" + argument + "'";
  return output_of(command);
}

std::vector<TrueRecord> truth_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> command{"truth"};
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (!is_truth_option(arguments[i])) continue;
    command.insert(command.end(), {arguments[i], arguments[i + 1]});
  }
  // The same clinic in each of some hundred tests.
  static std::map<std::vector<std::string>, std::vector<TrueRecord>> known;
  auto& records = known[command];
  if (!records.empty()) return records;
  std::istringstream lines(run_simulator(command));
  for (std::string line; std::getline(lines, line);) records.push_back(read_truth(line));
  return records;
}

}  // namespace fmferry::testing_support
