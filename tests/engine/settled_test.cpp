// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/inventory.hpp>
#include <fmferry/engine/pipeline.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

MemorySourceOptions closed_file() {
  return {.containers = {"Full", "Large", "Thumb"},
          .write_back = false,
          .file_names = true,
          .settled = true,
          .slice = 7};
}

// A job whose source is a closed file.
class Settled : public testing::Test {
 protected:
  // What each fetch was asked for; fails those of `bad` as a source does that finds damage.
  void watch(const std::string& bad = {}, std::optional<std::size_t> after = {}) {
    world_.source_rule = [this, bad, after](std::string_view what,
                                            const std::string& on) -> std::optional<Fault> {
      if (what == "write") ++writes_;
      if (what != "fetch") return std::nullopt;
      fetched_.push_back(on);
      if (bad.empty() || !on.ends_with(bad)) return std::nullopt;
      return Fault{.error = {.kind = ErrorKind::corrupt, .what = "checksum"}, .cut_after = after};
    };
  }

  void run_ok() {
    const Status status = world_.run();
    ASSERT_TRUE(status) << to_line(status.error());
    EXPECT_TRUE(adds_up(world_.counts()));
  }

  World world_{closed_file()};
  std::vector<std::string> fetched_;
  int writes_{0};
};

TEST_F(Settled, DamageIsFinalAtOnceAndTheNextContainerIsTaken) {
  const auto id = world_.add({{"Full", k_good}, {"Thumb", "JPG thumb."}});
  watch("Full", 9);
  run_ok();
  EXPECT_THAT(fetched_, testing::ElementsAre("1/Full", "1/Thumb"));
  EXPECT_EQ(world_.row(id).choice, "Thumb");
  EXPECT_EQ(world_.row(id).tries, 0);
  EXPECT_EQ(world_.clock->sleeps(), 0);
}

TEST_F(Settled, ARecordWithNothingButDamageIsCorruptWithoutATry) {
  const auto id = world_.add({{"Full", k_good}, {"Large", ""}});
  watch("Full");
  run_ok();
  const auto row = world_.row(id);
  EXPECT_EQ(row.fate, Fate::corrupt);
  EXPECT_EQ(row.reason, "damaged_at_source");
  EXPECT_EQ(row.tries, 0);
  EXPECT_EQ(fetched_.size(), 2U);
  EXPECT_EQ(world_.clock->sleeps(), 0);
  EXPECT_TRUE(needs_attention(world_.counts()));
  ASSERT_EQ(world_.ledger->requeue("damaged_at_source").value_or(-1), 1);
}

TEST_F(Settled, WhatLooksDamagedIsFetchedOnce) {
  const auto id = world_.add({{"Full", "JPG CUT"}});
  watch();
  run_ok();
  EXPECT_EQ(world_.row(id).reason, "truncated");
  EXPECT_EQ(fetched_.size(), 1U);
}

TEST_F(Settled, ARecordThatCanNotBeReadIsQuarantinedInOnePass) {
  const auto id = world_.add({{"Full", k_good}});
  world_.source_rule = [](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "read") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "a broken block"}};
  };
  run_ok();
  EXPECT_EQ(world_.row(id).reason, "fetch_failed");
  EXPECT_EQ(world_.row(id).tries, 1);
  EXPECT_EQ(world_.clock->sleeps(), 0);
}

TEST_F(Settled, TheStoresFaultsAreStillTriedAgain) {
  const auto id = world_.add({{"Full", k_good}});
  int flips = 2;
  world_.store_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "put" || flips-- <= 0) return std::nullopt;
    return Fault{.flip_a_byte = true};
  };
  run_ok();
  EXPECT_EQ(world_.row(id).fate, Fate::moved);
}

TEST_F(Settled, AFileThatDoesNotHoldStillIsWalkedOnce) {
  for (int i = 0; i < 5; ++i) world_.add({{"Full", k_good}});
  world_.settings.page_size = 2;
  int pages = 0;
  world_.source.before_page([&](std::int64_t) {
    if (++pages == 2) world_.source.remove(1);
  });
  const auto walk = take_inventory(world_.job(), {});
  ASSERT_FALSE(walk);
  EXPECT_EQ(walk.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(pages, 2);
}

TEST_F(Settled, NothingIsWrittenBackAndNothingIsAProblem) {
  const auto id = world_.add({{"Full", k_good}});
  const auto cut = world_.add({{"Full", "JPG CUT"}, {"Thumb", "JPG thumb."}});
  watch();
  ASSERT_TRUE(pursue(world_.job(), Goal::mark, {}));
  EXPECT_EQ(world_.row(id).choice, "Full");
  run_ok();
  EXPECT_EQ(writes_, 0);
  EXPECT_EQ(world_.row(id).fate, Fate::moved);
  EXPECT_EQ(world_.row(id).stamped_at, "");
  EXPECT_EQ(world_.row(id).stamp_problem, "");
  EXPECT_EQ(world_.row(cut).choice, "Thumb");
  EXPECT_FALSE(needs_attention(world_.counts()));
  run_ok();
  EXPECT_EQ(fetched_.size(), 3U) << "a second run moves nothing again";
}

TEST_F(Settled, NamesAndAlternativesAreKeptAndLoggedNowhere) {
  const auto id = world_.add({{"Full", k_good}, {"Large", k_good}});
  world_.source.edit(id, [](MemoryRecord& record) {
    record.file_names["Full"] = "Frau Muster.jpg";
    record.alternatives["Full"] = "PDF :12345 JPEG:999";
  });
  const auto damaged = world_.add({{"Full", "JPG CUT"}});
  world_.source.edit(damaged,
                     [](MemoryRecord& record) { record.file_names["Full"] = "Herr Muster.jpg"; });
  testing::internal::CaptureStderr();
  run_ok();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), Not(HasSubstr("Muster")));
  world_.reopen_ledger();
  EXPECT_EQ(world_.row(id).stored->file_name, "Frau Muster.jpg");
  EXPECT_EQ(world_.row(id).stored->alternatives, "PDF :12345 JPEG:999");
  EXPECT_EQ(check_ledger(world_.folder / "fmferry.db")->finding, "");
}

TEST(Vouched, BytesThatTheSourceProvedAreNotFetchedTwice) {
  World world({.containers = {"Full", "Large", "Thumb"}, .verified = true, .slice = 7});
  const auto id = world.add({{"Full", "JPG CUT"}});
  int fetches = 0;
  world.source.before_fetch([&](RecordId) { ++fetches; });
  ASSERT_TRUE(world.run());
  EXPECT_EQ(world.row(id).reason, "truncated");
  EXPECT_EQ(fetches, 1);
}

}  // namespace
}  // namespace fmferry::test
