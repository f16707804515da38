// SPDX-License-Identifier: Apache-2.0
#include "pool_fixture.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <sstream>

namespace fmferry::test {
namespace {

// What `command` prints.
std::string output_of(const std::string& command, int& status) {
  std::string text;
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 4096> some{};
  while (std::fgets(some.data(), static_cast<int>(some.size()), pipe) != nullptr) {
    text += some.data();
  }
  status = ::pclose(pipe);
  return text;
}

TEST(Walls, WhateverHostileCodeWouldTryIsRefused) {
  int status = -1;
  const std::string text =
      output_of("'" + thumbnailer_program().string() + "' --try-walls 100000000", status);
  EXPECT_EQ(status, 0) << text;
  std::istringstream lines(text);
  int tried = 0;
  for (std::string line; std::getline(lines, line); ++tried) {
    EXPECT_TRUE(line.ends_with(": refused")) << line;
  }
  EXPECT_GE(tried, 10) << text;
}

#if defined(__linux__)
// Every worker says what holds it, and the kernel agrees.
TEST(Walls, AWorkerIsShutInBeforeItSeesAPicture) {
  const auto worker = thumbnail::Worker::start(thumbnailer_program(), 200 << 20, {});
  ASSERT_TRUE(worker) << to_line(worker.error());
  EXPECT_TRUE((*worker)->hello().seccomp);
  EXPECT_TRUE((*worker)->hello().memory_limit);
  const std::string process = "/proc/" + std::to_string((*worker)->process());
  int status = 0;
  const std::string state = output_of("cat " + process + "/status", status);
  EXPECT_NE(state.find("NoNewPrivs:\t1"), std::string::npos);
  EXPECT_NE(state.find("Seccomp:\t2"), std::string::npos);
  const std::string files = output_of("ls " + process + "/fd", status);
  // Nobody but root may look there.
  if (!files.empty()) {
    EXPECT_EQ(files, "0\n1\n2\n");
  }
}
#endif

}  // namespace
}  // namespace fmferry::test
