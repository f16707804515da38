// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/inventory.hpp>
#include <fmferry/engine/pipeline.hpp>

#include <random>
#include <set>

namespace fmferry::test {
namespace {

class Inventory : public testing::Test {
 protected:
  void fill(int count) {
    for (int i = 0; i < count; ++i) world_.add({{"Full", k_good}});
  }

  Result<WalkResult> take() { return take_inventory(world_.job(), {}); }

  // What the ledger takes to be in the source, and what is.
  std::multiset<RecordId> listed() {
    std::multiset<RecordId> ids;
    for (const auto& row : world_.rows()) {
      if (row.present) ids.insert(row.seen.record_id);
    }
    return ids;
  }

  std::multiset<RecordId> present() {
    std::multiset<RecordId> ids;
    for (const auto& row : world_.source.rows()) ids.insert(row.record_id);
    return ids;
  }

  World world_;
};

TEST_F(Inventory, AnEmptyTableIsNoError) {
  const auto walk = take();
  ASSERT_TRUE(walk) << to_line(walk.error());
  EXPECT_EQ(walk->seen, 0);
  EXPECT_TRUE(adds_up(world_.counts()));
}

TEST_F(Inventory, EveryPageSizeListsEverything) {
  fill(23);
  for (const int size : {1, 2, 3, 22, 23, 24, 100}) {
    world_.settings.page_size = size;
    const auto walk = take();
    ASSERT_TRUE(walk) << "page size " << size << ": " << to_line(walk.error());
    EXPECT_EQ(walk->seen, 23) << "page size " << size;
  }
  EXPECT_EQ(listed(), present());
}

TEST_F(Inventory, OneRecordIsEnough) {
  fill(1);
  EXPECT_EQ(take()->seen, 1);
}

TEST_F(Inventory, WhatIsDeletedAddedOrMovedBetweenPagesIsListedRight) {
  for (unsigned seed = 1; seed <= 60; ++seed) {
    World world;
    for (int i = 0; i < 60; ++i) world.add({{"Full", k_good}});
    world.settings.page_size = 2 + static_cast<int>(seed % 9);
    std::minstd_rand random(seed);
    int changes = 6;
    world.source.before_page([&](std::int64_t) {
      if (changes == 0 || random() % 3 != 0) return;
      --changes;
      const auto rows = world.source.rows();
      const auto victim = rows[random() % rows.size()].record_id;
      switch (random() % 3) {
        case 0:
          world.source.remove(victim);
          break;
        case 1:
          world.add({{"Full", k_good}});
          break;
        default:
          world.source.move_to(victim, random() % rows.size());
      }
    });
    const auto walk = take_inventory(world.job(), {});
    if (!walk) {
      EXPECT_EQ(walk.error().kind, ErrorKind::conflict) << "seed " << seed;
      continue;
    }
    std::set<RecordId> there;
    for (const auto& row : world.source.rows()) there.insert(row.record_id);
    std::set<RecordId> listed;
    for (const auto& row : world.rows()) {
      if (row.present) listed.insert(row.seen.record_id);
    }
    EXPECT_EQ(listed, there) << "seed " << seed;
    EXPECT_EQ(walk->seen, static_cast<std::int64_t>(there.size())) << "seed " << seed;
  }
}

TEST_F(Inventory, ADeletionBehindTheWalkIsNoticed) {
  fill(30);
  bool done = false;
  world_.source.before_page([&](std::int64_t offset) {
    if (offset < 15 || done) return;
    done = true;
    world_.source.remove(2);
    world_.source.remove(3);
  });
  ASSERT_TRUE(take());
  EXPECT_EQ(listed(), present());
}

TEST_F(Inventory, AnExchangeThatKeepsTheCountIsNoticed) {
  fill(30);
  bool done = false;
  world_.source.before_page([&](std::int64_t offset) {
    if (offset < 15 || done) return;
    done = true;
    world_.source.remove(2);
    world_.add({{"Full", k_good}});
  });
  ASSERT_TRUE(take());
  EXPECT_EQ(listed(), present());
}

TEST_F(Inventory, CountsThatNeverAgreeAreAnErrorAndNotAPart) {
  fill(30);
  world_.source.before_page([&](std::int64_t offset) {
    if (offset > 1) world_.source.remove(world_.source.rows().front().record_id);
  });
  const auto walk = take();
  ASSERT_FALSE(walk);
  EXPECT_EQ(walk.error().kind, ErrorKind::conflict);
  EXPECT_EQ(world_.counts().source_count, -1);
}

TEST_F(Inventory, AFailedPageIsNeverTheEnd) {
  fill(30);
  world_.source_rule = [](std::string_view what, const std::string& on) -> std::optional<Fault> {
    if (what != "page" || on == "1") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "damaged JSON"}};
  };
  const auto walk = take();
  ASSERT_FALSE(walk);
  EXPECT_EQ(walk.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(world_.counts().source_count, -1);
}

TEST_F(Inventory, APageThatIsDamagedSometimesIsAskedForAgain) {
  fill(30);
  int asked = 0;
  world_.source_rule = [&](std::string_view what, const std::string& on) -> std::optional<Fault> {
    if (what != "page" || on == "1" || ++asked % 6 == 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "damaged JSON"}};
  };
  world_.settings.page_size = 20;
  const auto walk = take();
  ASSERT_TRUE(walk) << to_line(walk.error());
  EXPECT_EQ(walk->seen, 30);
  EXPECT_EQ(asked, 6);
}

TEST_F(Inventory, AnOutageInTheMiddleIsWaitedOut) {
  fill(30);
  int failures = 0;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "page" || ++failures % 5 == 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::unavailable, .what = "502"}};
  };
  EXPECT_EQ(take()->seen, 30);
  EXPECT_GT(world_.clock->sleeps(), 0);
}

TEST_F(Inventory, TellsWhatIsInTheRecords) {
  world_.add({});
  world_.add({{"Thumb", k_good}});
  world_.source.edit(1, [](MemoryRecord& record) { record.unreachable.insert("Large"); });
  world_.add({{"Full", k_good}});
  world_.source.edit(3, [](MemoryRecord& record) { record.fields["id"] = ""; });
  world_.add({});
  ASSERT_TRUE(take());
  EXPECT_EQ(world_.row(1).reason, "unreachable");
  EXPECT_EQ(world_.row(2).choice, "Thumb");
  EXPECT_EQ(world_.row(2).seen.day, "2026-11-22");
  EXPECT_EQ(world_.row(3).reason, "missing_id");
  EXPECT_EQ(world_.row(4).fate, Fate::empty);
}

}  // namespace
}  // namespace fmferry::test
