// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/rebuild.hpp>
#include <fmferry/engine/unstamp.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

class Undo : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 4; ++i) world_.add({{"Full", "JPG " + std::to_string(i) + "."}});
    run_ok();
  }

  void run_ok() {
    const Status status = world_.run();
    ASSERT_TRUE(status) << to_line(status.error());
  }

  UnstampReport taken_back(bool all) {
    const Job job = world_.job();
    const auto targets = find_unstamp_targets(job, all, {});
    EXPECT_TRUE(targets);
    const auto report = unstamp(job, targets.value_or(std::vector<UnstampTarget>{}), {});
    EXPECT_TRUE(report) << to_line(report.error());
    return report.value_or(UnstampReport{});
  }

  void lose_the_ledger() {
    world_.ledger.reset();
    for (const char* end : {"", "-wal", "-shm"}) {
      std::filesystem::remove(world_.folder / ("fmferry.db" + std::string(end)));
    }
    world_.reopen_ledger();
  }

  World world_;
};

TEST_F(Undo, OnlyRecordsWhoseObjectFailsAreUnstamped) {
  world_.store.erase("images/id-2.jpg");
  const auto report = taken_back(false);
  EXPECT_EQ(report.emptied, 1);
  EXPECT_EQ(report.pending, 1);
  EXPECT_EQ(world_.field(2, "stamp"), "");
  EXPECT_EQ(world_.row(2).fate, Fate::pending);
  EXPECT_NE(world_.field(1, "stamp"), "");
  run_ok();
  EXPECT_EQ(world_.stored("images/id-2.jpg"), "JPG 1.");
  EXPECT_NE(world_.field(2, "stamp"), "");
}

TEST_F(Undo, WhatIsStillProvenIsStampedAgainWithoutAFetch) {
  taken_back(true);
  EXPECT_EQ(world_.field(1, "stamp"), "");
  EXPECT_EQ(world_.row(1).fate, Fate::moved);
  const auto read = world_.progress.bytes.load();
  run_ok();
  EXPECT_EQ(world_.progress.bytes, read);
  EXPECT_NE(world_.field(1, "stamp"), "");
}

TEST_F(Undo, ARecordEditedSinceIsNotTakenForProven) {
  world_.source.edit(3, [](MemoryRecord& r) { r.bodies["Full"] = "JPG another."; });
  EXPECT_EQ(taken_back(true).pending, 1);
  run_ok();
  EXPECT_EQ(world_.stored("images/id-3.jpg"), "JPG another.");
}

TEST_F(Undo, CutOffBeforeTheLedgerItGoesOn) {
  world_.source.edit(1, [](MemoryRecord& r) { r.fields["stamp"] = ""; });
  const auto report = taken_back(true);
  EXPECT_EQ(report.emptied, 3);
  EXPECT_EQ(world_.row(1).stamped_at, "");
  run_ok();
  EXPECT_NE(world_.field(1, "stamp"), "");
}

TEST_F(Undo, ARebuiltLedgerMovesStampsAndLinksNothingTwice) {
  const auto before = world_.rows();
  const auto sources = world_.source.rows();
  const auto uploads = world_.progress.uploads.load();
  lose_the_ledger();
  const auto report = rebuild_ledger(world_.job(), {});
  ASSERT_TRUE(report) << to_line(report.error());
  EXPECT_EQ(report->moved, 4);
  EXPECT_EQ(report->linked, 4);
  for (const auto& row : before) {
    const LedgerRow now = world_.row(row.seen.record_id);
    EXPECT_EQ(now.stored->sha256, row.stored->sha256);
    EXPECT_EQ(now.stored->field, row.stored->field);
    EXPECT_EQ(now.image_id, row.image_id);
    EXPECT_EQ(now.seen.mod_id, row.seen.mod_id);
  }
  run_ok();
  EXPECT_EQ(world_.progress.uploads, uploads);
  EXPECT_EQ(world_.catalogue.totals.inserted, 4);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    EXPECT_EQ(world_.source.rows()[i].mod_id, sources[i].mod_id);
  }
}

TEST_F(Undo, OfTwoObjectsTheCatalogueKnowsWhich) {
  world_.store.set("images/id-1.png", "PNG from before.");
  lose_the_ledger();
  const auto report = rebuild_ledger(world_.job(), {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->moved, 4);
  EXPECT_EQ(world_.row(1).stored->key, "images/id-1.jpg");
}

TEST_F(Undo, WithoutAStampNothingIsBelieved) {
  world_.source.edit(1, [](MemoryRecord& r) { r.fields["stamp"] = ""; });
  lose_the_ledger();
  const auto report = rebuild_ledger(world_.job(), {});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->open, 1);
  EXPECT_EQ(world_.row(1).fate, Fate::pending);
}

class UndoByHash : public Undo {
 protected:
  void SetUp() override {
    world_.settings.key = *KeyTemplate::parse("by-hash/{sha256}.{ext}");
    Undo::SetUp();
  }
};

TEST_F(UndoByHash, NamesThatTellTheBytesDoNotTellWhoseTheyAre) {
  lose_the_ledger();
  const auto report = rebuild_ledger(world_.job(), {});
  ASSERT_TRUE(report) << to_line(report.error());
  EXPECT_EQ(report->moved, 0);
  EXPECT_EQ(report->ambiguous, 4);
  const std::size_t objects = world_.store.objects().size();
  run_ok();
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 4);
  EXPECT_EQ(world_.counts().linked, 4);
  EXPECT_EQ(world_.store.objects().size(), objects);
}

}  // namespace
}  // namespace fmferry::test
