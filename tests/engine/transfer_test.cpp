// SPDX-License-Identifier: Apache-2.0
#include "transfer_fixture.hpp"
#include <fmferry/engine/pipeline.hpp>
#include <fmferry/engine/transfer.hpp>
#include <fmferry/engine/write_back.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/ports/forwarding_store.hpp>

#include <gmock/gmock.h>

#include <thread>

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(Transfer, MovesMarksAndStamps) {
  const auto id = world_.add({{"Full", k_good}, {"Thumb", "JPG thumb."}});
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.stored("images/id-1.jpg"), k_good);
  EXPECT_EQ(world_.field(id, "mark"), "Full");
  EXPECT_EQ(world_.field(id, "stamp"), "11/22/2026 00:00:00");
  const auto row = world_.row(id);
  EXPECT_EQ(row.stored->sha256, sha256(k_good));
  EXPECT_EQ(row.stored->proof, "checksum");
  EXPECT_NE(row.stamped_at, "");
  EXPECT_FALSE(needs_attention(world_.counts()));
}

TEST_F(Transfer, TheWaterfallFallsThroughWhatIsNoGood) {
  const auto zero = world_.add({{"Full", ""}, {"Large", k_good}});
  const auto cut = world_.add({{"Full", "JPG CUT"}, {"Large", ""}, {"Thumb", "PNG thumb."}});
  world_.source.edit(cut, [](MemoryRecord& record) { record.fields["mark"] = "Full"; });
  run_ok();
  EXPECT_EQ(world_.row(zero).choice, "Large");
  EXPECT_EQ(world_.field(zero, "mark"), "Large");
  EXPECT_EQ(world_.row(cut).choice, "Thumb");
  EXPECT_EQ(world_.field(cut, "mark"), "Thumb");
  EXPECT_EQ(world_.stored("images/id-2.png"), "PNG thumb.");
}

TEST_F(Transfer, EveryRecordGetsItsFate) {
  const auto cut = world_.add({{"Full", "JPG CUT"}});
  const auto bad = world_.add({{"Full", "JPG BAD."}, {"Large", ""}});
  const auto zero = world_.add({{"Full", ""}});
  const auto none = world_.add({});
  const auto unreachable = world_.add({});
  world_.source.edit(unreachable, [](MemoryRecord& r) { r.unreachable.insert("Full"); });
  const auto unnamed = world_.add({{"Full", k_good}});
  world_.source.edit(unnamed, [](MemoryRecord& r) { r.fields["id"] = ""; });
  const auto long_id = world_.add({{"Full", k_good}});
  world_.source.edit(long_id, [](MemoryRecord& r) { r.fields["id"] = std::string(1100, 'x'); });
  const auto one = world_.add({{"Full", k_good}});
  const auto two = world_.add({{"Full", k_good}});
  for (const auto id : {one, two}) {
    world_.source.edit(id, [](MemoryRecord& r) { r.fields["id"] = "same"; });
  }
  run_ok();
  EXPECT_EQ(fate(cut), "corrupt truncated");
  EXPECT_EQ(fate(bad), "corrupt malformed");
  EXPECT_EQ(fate(zero), "empty zero_bytes");
  EXPECT_EQ(fate(none), "empty no_data");
  EXPECT_EQ(fate(unreachable), "refused unreachable");
  EXPECT_EQ(fate(unnamed), "refused missing_id");
  EXPECT_EQ(fate(long_id), "refused unnameable");
  EXPECT_EQ(fate(one), "duplicate duplicate_id");
  EXPECT_EQ(fate(two), "duplicate duplicate_id");
  EXPECT_THAT(world_.store.objects(), IsEmpty());
  EXPECT_TRUE(needs_attention(world_.counts()));
}

TEST_F(Transfer, ARecordWithoutAnIdIsNotMovedEvenWhenTakenUpAgain) {
  const auto id = world_.add({{"Full", k_good}});
  world_.source.edit(id, [](MemoryRecord& r) { r.fields["id"] = ""; });
  run_ok();
  ASSERT_EQ(world_.ledger->requeue("missing_id").value_or(-1), 1);
  run_ok();
  EXPECT_EQ(fate(id), "refused missing_id");
  EXPECT_THAT(world_.store.objects(), IsEmpty());
}

TEST_F(Transfer, TheMarkOfACorruptRecordIsCleared) {
  const auto id = world_.add({{"Full", "JPG CUT"}});
  const auto zero = world_.add({{"Full", ""}});
  ASSERT_TRUE(pursue(world_.job(), Goal::mark, {}));
  EXPECT_EQ(world_.field(id, "mark"), "Full");
  run_ok();
  EXPECT_EQ(world_.field(id, "mark"), "");
  EXPECT_EQ(world_.field(zero, "mark"), "");
  EXPECT_EQ(world_.field(id, "stamp"), "");
}

TEST_F(Transfer, WhatCameShortOnceIsFetchedAgainBeforeItIsCalledTruncated) {
  const auto id = world_.add({{"Full", k_good}, {"Thumb", "JPG thumb."}});
  int fetches = 0;
  world_.source.before_fetch([&](RecordId record_id) {
    const auto body = ++fetches == 1 ? k_good.substr(0, 9) : k_good;
    world_.source.edit(record_id, [&](MemoryRecord& r) { r.bodies["Full"] = body; });
  });
  ASSERT_TRUE(world_.run());
  EXPECT_EQ(world_.row(id).choice, "Full");
  EXPECT_EQ(world_.stored("images/id-1.jpg"), k_good);
}

TEST_F(Transfer, AKeyThatHoldsForeignBytesIsRefusedAndLeftAlone) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store.set("images/id-1.jpg", "JPG a fime picture.");
  run_ok();
  EXPECT_EQ(fate(id), "refused key_taken");
  EXPECT_EQ(world_.stored("images/id-1.jpg"), "JPG a fime picture.");
  EXPECT_EQ(world_.store.objects().at("images/id-1.jpg").writes, 0);
  EXPECT_EQ(world_.field(id, "stamp"), "");
}

TEST_F(Transfer, TheSameBytesUnderTheKeyAreAdopted) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store.set("images/id-1.jpg", k_good);
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.store.objects().at("images/id-1.jpg").writes, 0);
  EXPECT_EQ(world_.row(id).stored->proof, "read_back");
  EXPECT_NE(world_.field(id, "stamp"), "");
}

TEST_F(Transfer, AFlippedByteIsNeverStampedAndInTheEndQuarantined) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store_rule = failing("put", -1, {.flip_a_byte = true});
  run_ok();
  EXPECT_EQ(fate(id), "quarantined store_failed");
  EXPECT_EQ(world_.row(id).tries, 5);
  EXPECT_EQ(world_.field(id, "stamp"), "");
  EXPECT_THAT(world_.store.objects(), IsEmpty());
  world_.store_rule = {};
  ASSERT_EQ(world_.ledger->requeue("").value_or(-1), 1);
  run_ok();
  EXPECT_EQ(fate(id), "moved");
}

TEST_F(Transfer, AFlippedByteIsSentAgain) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store_rule = failing("put", 2, {.flip_a_byte = true});
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.row(id).tries, 2);
  EXPECT_EQ(world_.stored("images/id-1.jpg"), k_good);
}

// Says of everything that it was stored, but names another hash.
class LyingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Result<Receipt> put(const std::string&,
                      ByteView body,
                      const PutOptions&,
                      const CallContext&) override {
    return Receipt{.length = static_cast<std::int64_t>(body.size()), .sha256 = sha256("other")};
  }
};

TEST_F(Transfer, AStoreThatConfirmsAnotherHashIsNotBelieved) {
  const auto id = world_.add({{"Full", k_good}});
  const Job honest = world_.job();
  LyingStore liar(world_.store);
  ASSERT_TRUE(world_.run(with_store(honest, liar)));
  EXPECT_EQ(fate(id), "quarantined store_failed");
  EXPECT_EQ(world_.field(id, "stamp"), "");
}

TEST_F(Transfer, NothingIsStampedBeforeTheLedgerHasTheProof) {
  for (int i = 0; i < 20; ++i) world_.add({{"Full", k_good}});
  world_.source_rule = [this](std::string_view what,
                              const std::string& on) -> std::optional<Fault> {
    if (what != "write") return std::nullopt;
    const auto row = world_.row(std::stoll(on));
    EXPECT_EQ(row.fate, Fate::moved) << "written to " << on << " before the ledger knew";
    if (row.stored) {
      EXPECT_EQ(sha256(world_.stored(row.stored->key)), row.stored->sha256);
    }
    return std::nullopt;
  };
  run_ok();
  EXPECT_EQ(world_.counts().stamped, 20);
}

TEST_F(Transfer, AnOutageOfTwoHoursCostsNoRecordATry) {
  for (int i = 0; i < 30; ++i) world_.add({{"Full", "JPG " + std::string(100, 'a') + "."}});
  world_.settings.width = 4;
  int calls = 0;
  std::chrono::milliseconds since{-1};
  const auto outage = [&](std::string_view, const std::string&) -> std::optional<Fault> {
    if (++calls < 40) return std::nullopt;
    if (since.count() < 0) since = world_.clock->elapsed();
    if (world_.clock->elapsed() - since > std::chrono::hours(2)) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::unavailable, .what = "502"}, .cut_after = 5};
  };
  world_.source_rule = outage;
  world_.store_rule = outage;
  run_ok();
  EXPECT_GE(world_.clock->elapsed(), std::chrono::hours(2));
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 30);
  for (const auto& row : world_.rows()) EXPECT_EQ(row.tries, 0) << row.seen.record_id;
}

// Lists, reads and writes answer all the time; only bodies do not come.
TEST_F(Transfer, AnOutageOfBodiesAloneCostsNoRecordATryEither) {
  for (int i = 0; i < 30; ++i) world_.add({{"Full", "JPG " + std::string(100, 'a') + "."}});
  world_.settings.width = 4;
  int refused = 0;
  std::chrono::milliseconds since{-1};
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "fetch") return std::nullopt;
    if (since.count() < 0) since = world_.clock->elapsed();
    if (world_.clock->elapsed() - since > std::chrono::hours(1)) return std::nullopt;
    ++refused;
    return Fault{.error = {.kind = ErrorKind::unavailable, .what = "502"}};
  };
  run_ok();
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 30);
  for (const auto& row : world_.rows()) EXPECT_EQ(row.tries, 0) << row.seen.record_id;
  EXPECT_LT(refused, 60) << "the source was not given time";
}

TEST_F(Transfer, AStoreThatStaysAwayEndsTheRunAndCostsNothing) {
  world_.add({{"Full", k_good}});
  world_.add({{"Full", "JPG " + std::string(300, 'x') + "."}});
  world_.settings.width = 1;
  const Fault down{.error = {.kind = ErrorKind::unavailable, .what = "503"}};
  world_.store_rule = [down](std::string_view, const std::string&) { return std::optional(down); };
  EXPECT_EQ(World::outcome(world_.run()), "unavailable");
  for (const auto& row : world_.rows()) {
    EXPECT_EQ(row.fate, Fate::pending);
    EXPECT_EQ(row.tries, 0);
  }
  world_.store_rule = {};
  run_ok();
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 2);
}

TEST_F(Transfer, AReadBackThatIsCutByAnOutageIsBegunAnew) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store.set("images/id-1.jpg", k_good);
  world_.store_rule =
      failing("get", 3, {.error = {.kind = ErrorKind::unavailable, .what = "503"}, .cut_after = 5});
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.row(id).tries, 0);
}

TEST_F(Transfer, ASourceThatStaysAwayWhileStampingNotesNoRefusal) {
  const auto id = world_.add({{"Full", k_good}});
  const Fault down{.error = {.kind = ErrorKind::unavailable, .what = "502"}};
  bool moved = false;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    moved = moved || what == "write";
    if (!moved) return std::nullopt;
    return down;
  };
  EXPECT_EQ(World::outcome(world_.run()), "unavailable");
  EXPECT_EQ(world_.row(id).stamp_problem, "");
  world_.source_rule = {};
  run_ok();
  EXPECT_NE(world_.field(id, "stamp"), "");
}

TEST_F(Transfer, ALockedRecordIsNotedAndStampedWhenItIsFree) {
  const auto id = world_.add({{"Full", k_good}});
  world_.source.lock(id, true);
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.row(id).stamp_problem, "write_refused");
  EXPECT_TRUE(needs_attention(world_.counts()));
  world_.source.lock(id, false);
  ASSERT_TRUE(world_.ledger->clear_problems());
  run_ok();
  EXPECT_EQ(world_.row(id).stamp_problem, "");
  EXPECT_NE(world_.field(id, "stamp"), "");
}

TEST_F(Transfer, ALockThatOpensSoonIsWaitedFor) {
  const auto id = world_.add({{"Full", k_good}});
  world_.source.lock(id, true);
  int writes = 0;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what == "write" && ++writes == 3) world_.source.lock(id, false);
    return std::nullopt;
  };
  run_ok();
  EXPECT_EQ(world_.row(id).stamp_problem, "");
  EXPECT_NE(world_.field(id, "stamp"), "");
}

TEST_F(Transfer, ARefusedWriteIsNoted) {
  const auto id = world_.add({{"Full", k_good}});
  world_.settings.stamp_field = "no_such_field";
  run_ok();
  EXPECT_EQ(world_.row(id).stamp_problem, "write_refused");
  EXPECT_EQ(world_.counts().stamp_problems.at("write_refused"), 1);
}

TEST_F(Transfer, ALostReplyToAStampIsLookedUpAndNotRepeated) {
  const auto id = world_.add({{"Full", k_good}});
  world_.source_rule = failing(
      "write", 1, {.error = {.kind = ErrorKind::in_doubt, .what = "lost"}, .takes_effect = true});
  run_ok();
  EXPECT_EQ(world_.source.row(id).mod_id, 2) << "written once";
  EXPECT_NE(world_.row(id).stamped_at, "");
}

TEST_F(Transfer, AWriteWhoseRepliesAreAlwaysLostEnds) {
  const auto id = world_.add({{"Full", k_good}});
  world_.source_rule =
      failing("write", -1, {.error = {.kind = ErrorKind::in_doubt, .what = "lost"}});
  run_ok();
  EXPECT_EQ(world_.row(id).stamp_problem, "write_refused");
}

TEST_F(Transfer, ALostReplyToAPutIsFoundAndAdopted) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store_rule = failing(
      "put", 1, {.error = {.kind = ErrorKind::in_doubt, .what = "lost"}, .takes_effect = true});
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.store.objects().at("images/id-1.jpg").writes, 1);
}

TEST_F(Transfer, TheLimitIsKeptToTheRecord) {
  for (int i = 0; i < 10; ++i) world_.add({{"Full", k_good}});
  world_.settings.limit = 3;
  ASSERT_TRUE(world_.run());
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 3);
  ASSERT_TRUE(world_.run());
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 6);
}

TEST_F(Transfer, TheByteLimitStoresWhatWasFetched) {
  for (int i = 0; i < 12; ++i) world_.add({{"Full", k_good}});
  world_.settings.max_bytes = 1;
  EXPECT_EQ(World::outcome(world_.run()), "budget");
  const auto first = world_.counts().fates.at(Fate::moved);
  EXPECT_GE(first, 1) << "or no run would ever get further";
  EXPECT_LT(first, 12);
  world_.progress.bytes = 0;
  EXPECT_EQ(World::outcome(world_.run()), "budget");
  EXPECT_GT(world_.counts().fates.at(Fate::moved), first);
}

TEST_F(Transfer, AStopLeavesAStateThatCanBeResumed) {
  for (int i = 0; i < 40; ++i) world_.add({{"Full", k_good}});
  std::stop_source stop;
  int fetches = 0;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what == "fetch" && ++fetches == 15) stop.request_stop();
    return std::nullopt;
  };
  EXPECT_EQ(World::outcome(world_.run(world_.job(), {.stop = stop.get_token()})), "cancelled");
  const auto moved = world_.counts().fates.at(Fate::moved);
  EXPECT_LT(moved, 40);
  for (const auto& row : world_.rows()) {
    EXPECT_EQ(row.tries, 0);
    EXPECT_EQ(row.stamp_problem, "");
  }
  world_.source_rule = {};
  run_ok();
  EXPECT_EQ(world_.counts().stamped, 40);
  for (const auto& [key, object] : world_.store.objects()) EXPECT_EQ(object.writes, 1) << key;
}

TEST_F(Transfer, AnErrorThatConcernsAllStopsAll) {
  for (int i = 0; i < 200; ++i) world_.add({{"Full", k_good}});
  int puts = 0;
  world_.store_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "put" || ++puts < 5) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::denied, .what = "AccessDenied"}};
  };
  EXPECT_EQ(World::outcome(world_.run()), "denied");
  EXPECT_LE(puts, 5 + world_.settings.store_width);
  EXPECT_EQ(world_.counts().fates.at(Fate::quarantined), 0);
}

TEST_F(Transfer, ALayoutThatIsRenamedInMidRunStopsItAndCostsNoRecord) {
  for (int i = 0; i < 50; ++i) world_.add({{"Full", k_good}});
  int reads = 0;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    reads += what == "read" ? 1 : 0;
    if (reads < 5 || what == "write") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::invalid, .what = "the layout is missing"}};
  };
  EXPECT_EQ(World::outcome(world_.run()), "invalid");
  EXPECT_EQ(world_.counts().fates.at(Fate::quarantined), 0);
  for (const auto& row : world_.rows()) EXPECT_EQ(row.tries, 0);
}

TEST_F(Transfer, ABucketThatIsDeletedInMidRunStopsItAndCostsNoRecord) {
  for (int i = 0; i < 50; ++i) world_.add({{"Full", k_good}});
  int puts = 0;
  world_.store_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    puts += what == "put" ? 1 : 0;
    if (puts < 5) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::invalid, .what = "NoSuchBucket"}};
  };
  EXPECT_EQ(World::outcome(world_.run()), "invalid");
  EXPECT_EQ(world_.counts().fates.at(Fate::quarantined), 0);
}

TEST_F(Transfer, WhatIsInvalidForOneRecordOnlyCostsThatOne) {
  const auto id = world_.add({{"Full", k_good}});
  world_.add({{"Full", k_good}});
  world_.store_rule = [](std::string_view what, const std::string& on) -> std::optional<Fault> {
    if (what != "put" || on != "images/id-1.jpg") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::invalid, .what = "InvalidObjectName"}};
  };
  run_ok();
  EXPECT_EQ(fate(id), "quarantined store_failed");
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 1);
}

TEST_F(Transfer, FieldsThatAreTurnedOffAreNotWritten) {
  const auto id = world_.add({{"Full", k_good}});
  world_.settings.stamp_field.clear();
  world_.settings.mark_field.clear();
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.source.row(id).mod_id, 1);
}

}  // namespace
}  // namespace fmferry::test
