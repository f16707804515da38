// SPDX-License-Identifier: Apache-2.0
#include "hostile_files.hpp"
#include "pool_fixture.hpp"
#include <fmferry/core/reasons.hpp>

#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

namespace fmferry::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int k_files = 200;
constexpr std::int64_t k_memory = 256 << 20;
constexpr std::chrono::seconds k_limit{5};
// A picture that its first worker can't cope with gets a fresh one, whose start takes time as well.
constexpr std::chrono::seconds k_longest = 2 * k_limit + std::chrono::seconds(20);
// What the program and its libraries keep in memory, besides what a picture needs.
constexpr std::int64_t k_program = 160 << 20;

class Hostile : public Pool {
 protected:
  void SetUp() override { open({.memory = k_memory, .limit = k_limit}); }

  // All of them, two at a time.
  void throw_at_pool(const std::vector<HostileFile>& files) {
    std::atomic<std::size_t> next{0};
    std::vector<std::jthread> callers;
    for (int i = 0; i < 2; ++i) {
      callers.emplace_back([&] {
        for (auto at = next++; at < files.size(); at = next++) meet(files[at]);
      });
    }
  }

  void meet(const HostileFile& file) {
    const auto began = Clock::now();
    const std::string found = outcome(file.bytes, file.media_type);
    EXPECT_LT(Clock::now() - began, k_longest) << file.name;
    const bool known = found == "ok" || std::ranges::find(k_reasons, found) != k_reasons.end();
    EXPECT_TRUE(known) << file.name << ": " << found;
    const std::int64_t peak = peak_memory();
    const std::scoped_lock lock(mutex_);
    ++outcomes_[found];
    peak_ = std::max(peak_, peak);
  }

  // Of the workers that wait, as the kernel keeps it; 0 where it can't be asked.
  [[nodiscard]] std::int64_t peak_memory() const {
    std::int64_t largest = 0;
    for (const pid_t process : pool_->idle()) {
      std::ifstream status("/proc/" + std::to_string(process) + "/status");
      for (std::string line; std::getline(status, line);) {
        if (!line.starts_with("VmHWM:")) continue;
        largest = std::max(largest, std::int64_t{std::stoll(line.substr(6))} << 10);
      }
    }
    return largest;
  }

  std::mutex mutex_;
  std::int64_t peak_{0};                 // guarded by mutex_
  std::map<std::string, int> outcomes_;  // guarded by mutex_
};

TEST_F(Hostile, FilesCostTheirOwnThumbnailAndNothingElse) {
  const char* const corpus = std::getenv("FMF_CORPUS");
  const auto files = hostile_files(k_files, corpus == nullptr ? "" : corpus);
  ASSERT_EQ(files.size(), static_cast<std::size_t>(k_files));
  throw_at_pool(files);
  EXPECT_EQ(picture(jpeg_of(quarters(400, 300)), "image/jpeg").width(), 300);
  EXPECT_EQ(picture(pdf_of(k_red, 300, 300), "application/pdf").width(), 300);
  std::string told;
  for (const auto& [name, count] : outcomes_) told += name + " " + std::to_string(count) + ", ";
  RecordProperty("outcomes", told);
  std::printf("hostile files: %sworkers started: %d\n", told.c_str(), pool_->started());
  EXPECT_GE(outcomes_["undecodable"], 40) << told;
  EXPECT_GE(outcomes_["too_large"], 5) << told;

  pool_.reset();
  EXPECT_LT(::waitpid(-1, nullptr, WNOHANG), 0) << "a worker is left over";
  std::printf("peak memory of a worker: %lld MB\n", static_cast<long long>(peak_ >> 20));
  EXPECT_LT(peak_, k_memory + k_program);
}

}  // namespace
}  // namespace fmferry::test
