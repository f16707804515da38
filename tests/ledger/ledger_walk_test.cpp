// SPDX-License-Identifier: Apache-2.0
#include "ledger_fixture.hpp"

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using LedgerWalk = LedgerTest;

TEST_F(LedgerWalk, NewRecordsAreAdded) {
  const auto result = walk({seen(1, "a"), seen(2, "b")});
  EXPECT_EQ(result.seen, 2);
  EXPECT_EQ(result.added, 2);
  EXPECT_EQ(result.changed, 0);
  EXPECT_THAT(due(Phase::move), ElementsAre(1, 2));
}

TEST_F(LedgerWalk, TheSameRecordsChangeNothing) {
  walk({seen(1, "a"), seen(2, "b")});
  const auto before = check_ledger(file_);
  const auto result = walk({seen(1, "a"), seen(2, "b")});
  EXPECT_EQ(result.added + result.changed + result.gone, 0);
  EXPECT_EQ(check_ledger(file_)->events, before->events);
}

TEST_F(LedgerWalk, TellsWhatWasSeenAlreadyInThisWalk) {
  ASSERT_TRUE(ledger_->begin_walk());
  const std::vector<SeenRecord> first{seen(1, "a"), seen(2, "b"), seen(1, "a")};
  EXPECT_THAT(*ledger_->see(first), ElementsAre(false, false, true));
  ASSERT_TRUE(ledger_->begin_walk());
  EXPECT_THAT(*ledger_->see(first), ElementsAre(false, false, true));
}

TEST_F(LedgerWalk, AnEditedPendingRecordStartsAnew) {
  walk({seen(1, "a")});
  record_ok(
      {.record_id = 1, .fate = Fate::quarantined, .reason = "fetch_failed", .count_try = true});
  auto edited = seen(1, "a2", 2);
  edited.choice = "image_Large";
  EXPECT_EQ(walk({edited}).changed, 1);
  EXPECT_EQ(row(1).fate, Fate::pending);
  EXPECT_EQ(row(1).reason, "");
  EXPECT_EQ(row(1).tries, 0);
  EXPECT_EQ(row(1).choice, "image_Large");
  EXPECT_EQ(row(1).seen.id, "a2");
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerWalk, APendingRecordThatWasListedUnderAnotherIdStartsAnewThoughNobodyEditedIt) {
  walk({seen(1, "a"), seen(2, "a")});
  EXPECT_EQ(row(2).fate, Fate::duplicate);
  EXPECT_EQ(walk({seen(1, "a"), seen(2, "b")}).changed, 1);
  EXPECT_EQ(row(1).fate, Fate::pending);
  EXPECT_EQ(row(2).fate, Fate::pending);
  EXPECT_EQ(row(2).seen.id, "b");
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerWalk, AnEditedMovedRecordStaysMovedAndIsNoted) {
  walk({seen(1, "a")});
  record_ok(moved(1));
  record_ok(stamped(1, 2));
  EXPECT_EQ(walk({seen(1, "a", 2)}).changed, 0) << "our own stamp is no edit";
  EXPECT_EQ(walk({seen(1, "a", 3)}).changed, 1);
  EXPECT_EQ(row(1).fate, Fate::moved);
  EXPECT_TRUE(row(1).changed_since);
  EXPECT_EQ(row(1).seen.mod_id, 2);
  EXPECT_EQ(ledger_->counts()->changed_since, 1);
  EXPECT_EQ(walk({seen(1, "a", 3)}).changed, 0) << "it is noted once";
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerWalk, AnUnstampedRecordKeepsTheModIdItWasFetchedWith) {
  walk({seen(1, "a")});
  record_ok(moved(1));
  walk({seen(1, "a", 2)});
  EXPECT_EQ(row(1).seen.mod_id, 1) << "or the stamp would vouch for an edit nobody fetched";
  EXPECT_THAT(due(Phase::stamp), ElementsAre(1));
  record_ok(stamped(1, 2));
  EXPECT_FALSE(row(1).changed_since) << "it was our own stamp";
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerWalk, WhatIsNotSeenIsGoneAndMayReturn) {
  walk({seen(1, "a"), seen(2, "b")});
  record_ok(moved(2));
  EXPECT_EQ(walk({seen(1, "a")}).gone, 1);
  EXPECT_FALSE(row(2).present);
  EXPECT_EQ(ledger_->counts()->gone_moved, 1);
  EXPECT_EQ(ledger_->counts()->present, 1);
  EXPECT_EQ(finding(), "");
  walk({seen(1, "a"), seen(2, "b")});
  EXPECT_TRUE(row(2).present);
  EXPECT_EQ(row(2).fate, Fate::moved);
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerWalk, AVanishedRecordThatIsThereAfterAllStartsAnew) {
  walk({seen(1, "a")});
  record_ok({.record_id = 1, .step = Step::fate, .fate = Fate::refused, .reason = "vanished"});
  walk({seen(1, "a")});
  EXPECT_EQ(row(1).fate, Fate::pending);
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerWalk, AnEmptySourceLeavesNothingPresent) {
  walk({seen(1, "a")});
  EXPECT_EQ(walk({}).gone, 1);
  EXPECT_EQ(ledger_->counts()->present, 0);
  EXPECT_EQ(ledger_->counts()->source_count, 0);
}

TEST_F(LedgerWalk, SharedIdsAreDuplicatesUntilTheyAreNotSharedAnyMore) {
  walk({seen(1, "a"), seen(2, "a"), seen(3, "A"), seen(4, "c")});
  EXPECT_EQ(row(1).fate, Fate::duplicate);
  EXPECT_EQ(row(2).fate, Fate::duplicate);
  EXPECT_EQ(row(2).reason, "duplicate_id");
  EXPECT_EQ(row(3).fate, Fate::pending);
  walk({seen(1, "a"), seen(2, "b", 2), seen(3, "A"), seen(4, "c")});
  EXPECT_EQ(row(1).fate, Fate::pending);
  EXPECT_EQ(row(2).fate, Fate::pending);
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerWalk, IdsThatDifferInCaseAreSharedWhereTheStoreFoldsThem) {
  walk({seen(1, "a"), seen(2, "A"), seen(3, "é"), seen(4, "É")}, {.fold_case = true});
  EXPECT_EQ(row(1).fate, Fate::duplicate);
  EXPECT_EQ(row(2).fate, Fate::duplicate);
  EXPECT_EQ(row(3).fate, Fate::pending);
  EXPECT_EQ(row(4).fate, Fate::pending);
}

TEST_F(LedgerWalk, IdsNeedNotBeUniqueWhenTheKeyDoesNotUseThem) {
  walk({seen(1, "a"), seen(2, "a")}, {.unique_ids = false});
  EXPECT_THAT(due(Phase::move), ElementsAre(1, 2));
}

TEST_F(LedgerWalk, AMovedRecordStaysMovedWhenItsIdIsSharedLater) {
  walk({seen(1, "a")});
  record_ok(moved(1));
  walk({seen(1, "a"), seen(2, "a")});
  EXPECT_EQ(row(1).fate, Fate::moved);
  EXPECT_EQ(row(2).fate, Fate::duplicate);
}

TEST_F(LedgerWalk, RecordsWithoutAnIdAreNotDuplicatesOfEachOther) {
  auto one = seen(1, "");
  one.fate = Fate::refused;
  one.reason = "missing_id";
  auto two = one;
  two.record_id = 2;
  walk({one, two});
  EXPECT_EQ(row(1).reason, "missing_id");
  EXPECT_EQ(row(2).reason, "missing_id");
}

TEST_F(LedgerWalk, AWalkCutOffIsBegunAnewAfterReopening) {
  walk({seen(1, "a"), seen(2, "b")});
  ASSERT_TRUE(ledger_->begin_walk());
  ASSERT_TRUE(ledger_->see(std::vector{seen(1, "a")}));
  reopen();
  ASSERT_TRUE(ledger_->begin_walk());
  EXPECT_THAT(*ledger_->see(std::vector{seen(1, "a")}), ElementsAre(false));
}

TEST_F(LedgerWalk, TenThousandRowsASecondAreNoTrouble) {
  constexpr int k_rows = 30'000;
  const auto begun = std::chrono::steady_clock::now();
  ASSERT_TRUE(ledger_->begin_walk());
  for (RecordId first = 1; first <= k_rows; first += 100) {
    std::vector<SeenRecord> page;
    for (RecordId i = first; i < first + 100; ++i)
      page.push_back(seen(i, "id" + std::to_string(i)));
    ASSERT_TRUE(ledger_->see(page));
  }
  ASSERT_TRUE(ledger_->end_walk(k_rows, {}));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  RecordProperty("rows_per_second", std::to_string(k_rows / took.count()));
  std::printf("ledger: %.0f rows a second\n", k_rows / took.count());
  EXPECT_EQ(ledger_->counts()->present, k_rows);
}

}  // namespace
}  // namespace fmferry::test
