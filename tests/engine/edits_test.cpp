// SPDX-License-Identifier: Apache-2.0
//
// Records that people add, change and delete while they are moved, and afterwards.
#include "transfer_fixture.hpp"
#include <fmferry/engine/pipeline.hpp>
#include <fmferry/engine/transfer.hpp>
#include <fmferry/engine/write_back.hpp>
#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

class Edits : public Transfer {};

TEST_F(Edits, ARecordThatVanishesIsGoneInTheEnd) {
  const auto id = world_.add({{"Full", k_good}});
  world_.add({{"Full", k_good}});
  world_.source_rule = [&, done = false](std::string_view what,
                                         const std::string&) mutable -> std::optional<Fault> {
    if (what == "read" && !std::exchange(done, true)) world_.source.remove(id);
    return std::nullopt;
  };
  run_ok();
  EXPECT_FALSE(world_.row(id).present);
  EXPECT_EQ(world_.counts().present, 1);
}

TEST_F(Edits, ARecordEditedWhileItWasFetchedIsFetchedAgain) {
  const auto id = world_.add({{"Full", k_good}});
  bool edited = false;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what == "write" && !std::exchange(edited, true)) {
      world_.source.edit(id, [](MemoryRecord& r) { r.bodies["Full"] = "JPG a new picture."; });
    }
    return std::nullopt;
  };
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.stored("images/id-1.jpg"), "JPG a new picture.");
  EXPECT_NE(world_.field(id, "stamp"), "");
  EXPECT_EQ(world_.row(id).stored->sha256, sha256("JPG a new picture."));
}

TEST_F(Edits, AnEditBetweenTheCutAndTheNextRunIsNotVouchedFor) {
  const auto id = world_.add({{"Full", k_good}});
  world_.source_rule = failing("write", 1, {.error = {.kind = ErrorKind::internal}});
  EXPECT_EQ(World::outcome(world_.run()), "internal");
  EXPECT_EQ(fate(id), "moved");
  world_.source.edit(id, [](MemoryRecord& r) { r.bodies["Full"] = "JPG a new picture."; });
  world_.source_rule = {};
  run_ok();
  EXPECT_EQ(world_.stored("images/id-1.jpg"), "JPG a new picture.");
  EXPECT_FALSE(world_.row(id).changed_since);
  EXPECT_NE(world_.field(id, "stamp"), "");
}

TEST_F(Edits, ANewPictureOfAnotherTypeOverwritesNoForeignKey) {
  const auto id = world_.add({{"Full", k_good}});
  world_.source_rule = failing("write", 1, {.error = {.kind = ErrorKind::internal}});
  EXPECT_EQ(World::outcome(world_.run()), "internal");
  world_.store.set("images/id-1.png", "somebody else's");
  world_.source.edit(id, [](MemoryRecord& r) { r.bodies["Full"] = "PNG new."; });
  world_.source_rule = {};
  run_ok();
  EXPECT_EQ(world_.stored("images/id-1.png"), "somebody else's");
  EXPECT_EQ(fate(id), "refused key_taken");
}

TEST_F(Edits, ARecordThatNeverHoldsStillIsGivenUp) {
  const auto id = world_.add({{"Full", k_good}});
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what == "write") world_.source.edit(id, [](MemoryRecord&) {});
    return std::nullopt;
  };
  run_ok();
  EXPECT_EQ(fate(id), "quarantined write_refused");
  EXPECT_EQ(world_.field(id, "stamp"), "");
}

TEST_F(Edits, WithoutStampsALaterEditIsStillNoted) {
  const auto id = world_.add({{"Full", k_good}});
  world_.settings.stamp_field.clear();
  world_.settings.mark_field.clear();
  run_ok();
  world_.source.edit(id, [](MemoryRecord&) {});
  run_ok();
  EXPECT_TRUE(world_.row(id).changed_since);
}

TEST_F(Edits, RecordsThatComeDuringTheRunAreMovedToo) {
  for (int i = 0; i < 5; ++i) world_.add({{"Full", k_good}});
  int fetches = 0;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what == "fetch" && ++fetches == 3) world_.add({{"Full", k_good}});
    return std::nullopt;
  };
  run_ok();
  EXPECT_EQ(world_.counts().present, 6);
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 6);
  EXPECT_EQ(world_.counts().linked, 6);
}

}  // namespace
}  // namespace fmferry::test
