// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include "every_fate.hpp"
#include <fmferry/engine/byte_line.hpp>
#include <fmferry/engine/metered_source.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <random>
#include <thread>

namespace fmferry::test {
namespace {

using testing::HasSubstr;

// One container through the line; false: it was not begun.
bool carry(ByteLine& line, std::optional<std::int64_t> told, std::int64_t length) {
  if (!line.begin(told)) return false;
  ByteLine::Passage passage(line, told.value_or(0));
  for (std::int64_t left = length; left > 0; left -= 100) {
    passage.count(std::min<std::int64_t>(100, left));
    std::this_thread::yield();
  }
  return true;
}

TEST(ByteLine, WithoutALineBytesAreOnlyCounted) {
  ByteLine line({.before = 1000});
  EXPECT_TRUE(carry(line, std::nullopt, 500));
  EXPECT_TRUE(carry(line, 300, 300));
  EXPECT_EQ(line.read(), 800);
}

TEST(ByteLine, AKnownLengthMayReachTheLineButNotPassIt) {
  ByteLine line({.name = "--max-bytes", .most = 1000});
  EXPECT_TRUE(carry(line, 600, 600));
  EXPECT_TRUE(carry(line, 400, 400));
  const Status refused = line.begin(1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::budget);
  EXPECT_THAT(refused.error().what, HasSubstr("--max-bytes is reached: 1000 of 1000 bytes"));
  EXPECT_THAT(refused.error().what, HasSubstr("the same command goes on from here"));
}

TEST(ByteLine, OnceReachedItStaysReached) {
  ByteLine line({.most = 1000});
  EXPECT_TRUE(carry(line, 600, 600));
  EXPECT_FALSE(carry(line, 500, 500));
  EXPECT_FALSE(carry(line, 10, 10)) << "which would fit";
  EXPECT_FALSE(carry(line, std::nullopt, 10));
  EXPECT_EQ(line.read(), 600);
}

TEST(ByteLine, AnUnknownLengthIsBegunWhileLessWasRead) {
  ByteLine line({.most = 1000, .before = 500});
  EXPECT_TRUE(carry(line, std::nullopt, 499));
  EXPECT_TRUE(carry(line, std::nullopt, 700));
  EXPECT_FALSE(carry(line, std::nullopt, 1));
  EXPECT_EQ(line.read(), 1199);
}

TEST(ByteLine, WhatFailedOnTheWayCountsWithWhatCame) {
  ByteLine line({.most = 1000});
  EXPECT_TRUE(carry(line, 900, 100)) << "cut short";
  EXPECT_EQ(line.read(), 100);
  EXPECT_TRUE(carry(line, 900, 900));
}

TEST(ByteLine, AFileThatNeverFitsIsCalledThat) {
  ByteLine line({.name = "--max-bytes", .most = 1000});
  EXPECT_THAT(line.begin(1001).error().what, HasSubstr("the next file alone has 1001"));
}

TEST(ByteLine, ManyWorkersDoNotPassItWithKnownLengths) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    ByteLine line({.most = 100'000});
    {
      std::vector<std::jthread> workers;
      for (std::uint64_t worker = 0; worker < 8; ++worker) {
        workers.emplace_back([&line, seed, worker] {
          std::mt19937_64 random(seed * 8 + worker);
          while (true) {
            const auto length = static_cast<std::int64_t>(random() % 2000);
            if (!carry(line, length, length)) return;
          }
        });
      }
    }
    EXPECT_LE(line.read(), 100'000);
    EXPECT_GT(line.read(), 100'000 - 8 * 2000) << "what did not fit, and was reserved for others";
  }
}

TEST(ByteLine, ManyWorkersPassItByAFileEachAtMostWithUnknownLengths) {
  ByteLine line({.most = 100'000});
  {
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < 8; ++worker) {
      workers.emplace_back([&line] {
        while (carry(line, std::nullopt, 1900)) {
        }
      });
    }
  }
  EXPECT_GE(line.read(), 100'000);
  EXPECT_LT(line.read(), 100'000 + 8 * 1900);
}

// A clinic whose layout tells lengths: 40 records of 100 bytes.
class MaxBytes : public testing::Test {
 protected:
  static constexpr int k_records = 40;

  static void fill(World& world) {
    world.settings.length_field = "{container}_length";
    for (int i = 0; i < k_records; ++i) {
      const auto id = world.add({{"Full", "JPG " + std::string(95, 'x') + "."}});
      world.source.edit(id, [](MemoryRecord& r) { r.fields["Full_length"] = "100"; });
    }
  }

  void SetUp() override { fill(world_); }

  std::int64_t moved() { return world_.counts().fates.at(Fate::moved); }

  int tries() {
    int tries = 0;
    for (const auto& row : world_.rows()) tries += row.tries;
    return tries;
  }

  // What one run after the other leads to, each with the bytes anew.
  void run_to_the_end(int most_runs) {
    for (int run = 0; run < most_runs; ++run) {
      world_.progress.bytes = 0;
      const Status status = world_.run();
      if (status) return;
      ASSERT_EQ(World::outcome(status), "budget") << to_line(status.error());
    }
    FAIL() << "still not done";
  }

  World world_;
};

TEST_F(MaxBytes, StopsAtTheLineToTheFile) {
  world_.settings.max_bytes = 1050;
  EXPECT_EQ(World::outcome(world_.run()), "budget");
  EXPECT_EQ(world_.progress.bytes, 1000);
  EXPECT_EQ(moved(), 10);
  EXPECT_EQ(world_.counts().stamped, 10) << "what is moved is stamped";
  EXPECT_EQ(world_.counts().fates.at(Fate::pending), k_records - 10);
  EXPECT_EQ(tries(), 0);
}

TEST_F(MaxBytes, RunsToTheLineEndWhereOneRunEnds) {
  World undisturbed;
  fill(undisturbed);
  ASSERT_TRUE(undisturbed.run());
  world_.settings.max_bytes = 1050;
  run_to_the_end(5);
  EXPECT_EQ(state_of(world_), state_of(undisturbed));
}

TEST_F(MaxBytes, TheSourcesOwnLimitStopsARunAndCostsNoTry) {
  World undisturbed;
  fill(undisturbed);
  ASSERT_TRUE(undisturbed.run());
  std::atomic<int> fetches{0};
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what == "fetch") ++fetches;
    if (fetches <= 15 || what == "check") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::budget, .what = "the limit", .origin_code = 953}};
  };
  const Status status = world_.run();
  ASSERT_EQ(World::outcome(status), "budget");
  EXPECT_EQ(status.error().origin_code, 953);
  EXPECT_EQ(moved(), 15) << "what came before the limit was paid for";
  EXPECT_EQ(tries(), 0);
  EXPECT_EQ(world_.counts().fates.at(Fate::pending), k_records - 15);
  EXPECT_TRUE(world_.counts().stamp_problems.empty());
  world_.source_rule = {};
  ASSERT_TRUE(world_.run());
  EXPECT_EQ(state_of(world_), state_of(undisturbed));
}

TEST_F(MaxBytes, FailedTriesCountToo) {
  ByteLine line({});
  int left = 1;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "fetch" || left-- <= 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::unavailable, .what = "502"}, .cut_after = 40};
  };
  const Job job = world_.job();
  MeteredSource metered(job.source, line, job.settings);
  ASSERT_TRUE(world_.run(with_source(job, metered)));
  EXPECT_EQ(line.read(), k_records * 100 + 40);
}

}  // namespace
}  // namespace fmferry::test
