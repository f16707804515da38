// SPDX-License-Identifier: Apache-2.0
#include "every_fate.hpp"
#include <fmferry/core/waterfall.hpp>
#include <fmferry/engine/mixed_source.hpp>
#include <fmferry/engine/pipeline.hpp>

#include <gmock/gmock.h>

// Sources that do not tell which containers are filled, and those that list for them.

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

MemorySourceOptions secretive(int write_batch = 1) {
  return {.containers = {"Full", "Large", "Thumb"},
          .tells_emptiness = false,
          .write_batch = write_batch,
          .slice = 7};
}

class Secretive : public testing::Test {
 protected:
  Secretive() {
    world_.source_rule = [this](std::string_view what,
                                const std::string& on) -> std::optional<Fault> {
      if (what == "fetch") fetched_.push_back(on);
      return std::nullopt;
    };
  }

  void run_ok(Goal goal = Goal::everything) {
    const Status status = pursue(world_.job(), goal, {});
    ASSERT_TRUE(status) << to_line(status.error());
    EXPECT_TRUE(adds_up(world_.counts()));
  }

  [[nodiscard]] LedgerRow row(RecordId id) { return world_.row(id); }

  World world_{secretive()};
  std::vector<std::string> fetched_;
};

TEST_F(Secretive, TheChoiceIsMadeWhileFetching) {
  const RecordId id = world_.add({{"Large", "JPG a."}, {"Thumb", "JPG b."}});
  run_ok();
  EXPECT_EQ(row(id).fate, Fate::moved);
  EXPECT_EQ(row(id).choice, "Large");
  EXPECT_EQ(row(id).stored->field, "Large");
  EXPECT_EQ(world_.field(id, "mark"), "Large");
  EXPECT_THAT(fetched_, ElementsAre("1/Full", "1/Large"));
}

TEST_F(Secretive, NothingIsSaidOfAContainerBeforeItWasFetched) {
  const RecordId id = world_.add({});
  run_ok(Goal::mark);
  EXPECT_EQ(row(id).fate, Fate::pending);
  EXPECT_EQ(row(id).choice, "");
  EXPECT_THAT(fetched_, IsEmpty());
}

TEST_F(Secretive, ARecordWhoseContainersAllProveEmptyIsEmpty) {
  const RecordId id = world_.add({});
  run_ok();
  EXPECT_EQ(row(id).fate, Fate::empty);
  EXPECT_EQ(row(id).reason, reason::k_no_data);
  EXPECT_THAT(fetched_, SizeIs(3));
}

TEST_F(Secretive, WhatHoldsNoFileIsUnreachableAndTriedOnce) {
  const RecordId id = world_.add({});
  world_.source.edit(id, [](MemoryRecord& record) { record.unreachable.insert("Large"); });
  run_ok();
  EXPECT_EQ(row(id).fate, Fate::refused);
  EXPECT_EQ(row(id).reason, reason::k_unreachable);
  EXPECT_THAT(fetched_, SizeIs(3));
}

TEST_F(Secretive, ACorruptRecordNamesTheContainerThatIs) {
  const RecordId id = world_.add({{"Large", "JPG BAD."}});
  run_ok();
  EXPECT_EQ(row(id).fate, Fate::corrupt);
  EXPECT_EQ(row(id).choice, "Large");
}

TEST_F(Secretive, AnOutageIsNeverTakenForEmptiness) {
  const RecordId id = world_.add({{"Full", k_good}});
  int failures = 3;
  world_.source_rule = [&failures](std::string_view what,
                                   const std::string&) -> std::optional<Fault> {
    if (what != "fetch" || failures-- <= 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::unavailable, .what = "502"}};
  };
  run_ok();
  EXPECT_EQ(row(id).fate, Fate::moved);
  EXPECT_EQ(row(id).tries, 0);
}

TEST_F(Secretive, ASecondRunFetchesNothing) {
  world_.add({{"Thumb", k_good}});
  world_.add({});
  run_ok();
  fetched_.clear();
  run_ok();
  EXPECT_THAT(fetched_, IsEmpty());
}

// The world's source fetches and writes; another one with the same records lists.
class Mixed : public Secretive {
 protected:
  RecordId add(std::map<std::string, std::string, std::less<>> bodies) {
    const RecordId id = world_.add(std::move(bodies));
    listing_.add(world_.source.row(id).record);
    return id;
  }

  void run_mixed(Goal goal = Goal::everything) {
    const Job inner = world_.job();
    MixedSource source(listing_, inner.source, inner.source, "id");
    const Status status = pursue(with_source(inner, source), goal, {});
    ASSERT_TRUE(status) << to_line(status.error());
  }

  MemorySource listing_{{.containers = {"Full", "Large", "Thumb"}}};
};

TEST_F(Mixed, WhatTheListingChoseIsFetchedFirst) {
  add({{"Large", "JPG a."}});
  add({{"Thumb", "JPG b."}});
  add({});
  run_mixed();
  EXPECT_THAT(fetched_, testing::UnorderedElementsAre("1/Large", "2/Thumb"));
  EXPECT_EQ(row(3).fate, Fate::empty);
}

TEST_F(Mixed, ARecordEditedSinceItWasListedIsTriedFromTheTop) {
  const RecordId id = add({{"Thumb", "JPG b."}});
  world_.source.edit(id, [](MemoryRecord& record) { record.bodies["Full"] = "JPG new."; });
  run_mixed();
  EXPECT_EQ(row(id).stored->field, "Full");
}

TEST_F(Mixed, WhenTheChoiceIsBadTheRestIsTried) {
  const RecordId id = add({{"Full", "JPG BAD."}, {"Large", "JPG fine."}});
  run_mixed();
  EXPECT_EQ(row(id).stored->field, "Large");
}

TEST_F(Mixed, TablesThatAreNotTheSameAreRefused) {
  add({{"Full", k_good}});
  listing_.edit(1, [](MemoryRecord& record) { record.fields["id"] = "somebody else"; });
  MixedSource source(listing_, world_.source, world_.source, "id");
  const Status status = source.check({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::invalid);
}

TEST_F(Mixed, TakesEachAbilityFromWhoHasIt) {
  MemorySource writes(secretive(50));
  const auto can = MixedSource(listing_, world_.source, writes, "id").capabilities();
  EXPECT_TRUE(can.tells_emptiness);
  EXPECT_EQ(can.write_batch, 50);
  EXPECT_FALSE(MixedSource(world_.source, listing_, writes, "id").capabilities().tells_emptiness);
}

// --- writes in batches

class Batches : public testing::Test {
 protected:
  Batches() {
    for (int i = 1; i <= 12; ++i) {
      world_.add({{i % 2 == 0 ? "Full" : "Large", "JPG " + std::to_string(i) + "."}});
    }
  }

  void run_ok(Goal goal) {
    const Status status = pursue(world_.job(), goal, {});
    ASSERT_TRUE(status) << to_line(status.error());
  }

  void fail_writes(std::function<std::optional<Fault>(const std::string& record)> rule) {
    world_.source_rule = [rule](std::string_view what,
                                const std::string& on) -> std::optional<Fault> {
      return what == "write" ? rule(on) : std::nullopt;
    };
  }

  [[nodiscard]] LedgerRow row(RecordId id) { return world_.row(id); }

  World world_{{.containers = {"Full", "Large", "Thumb"}, .write_batch = 5, .slice = 7}};
};

TEST_F(Batches, EveryMarkAndStampIsWrittenAndInTheLedger) {
  run_ok(Goal::mark);
  EXPECT_EQ(world_.counts().marked, 12);
  run_ok(Goal::everything);
  EXPECT_EQ(world_.counts().stamped, 12);
  for (RecordId id = 1; id <= 12; ++id) {
    EXPECT_EQ(world_.field(id, "mark"), id % 2 == 0 ? "Full" : "Large");
    EXPECT_NE(world_.field(id, "stamp"), "");
    EXPECT_EQ(row(id).seen.mod_id, world_.source.row(id).mod_id) << "each write is known";
  }
}

TEST_F(Batches, ARecordEditedBeforeItsStampIsMovedAnew) {
  bool edited = false;
  world_.source.before_fetch([&](RecordId id) {
    if (id != 3 || std::exchange(edited, true)) return;
    world_.source.edit(2, [](MemoryRecord& record) { record.bodies["Full"] = "JPG another."; });
  });
  world_.settings.width = 1;
  run_ok(Goal::everything);
  EXPECT_TRUE(edited);
  EXPECT_EQ(world_.counts().stamped, 12);
  EXPECT_NE(world_.field(2, "stamp"), "");
  EXPECT_EQ(world_.stored("images/id-2.jpg"), "JPG another.");
}

TEST_F(Batches, ALostReplyIsLookedUpAndNothingIsWrittenTwice) {
  run_ok(Goal::mark);
  int lost = 0;
  fail_writes([&lost](const std::string&) -> std::optional<Fault> {
    if (lost++ != 3) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::in_doubt, .what = "lost"}, .takes_effect = true};
  });
  run_ok(Goal::everything);
  EXPECT_EQ(world_.counts().stamped, 12);
  for (RecordId id = 1; id <= 12; ++id) EXPECT_EQ(world_.source.row(id).mod_id, 3) << id;
}

TEST_F(Batches, AnOutageBetweenWritesCostsNoRecordATry) {
  int calls = 0;
  fail_writes([&calls](const std::string&) -> std::optional<Fault> {
    const int call = calls++;
    if (call < 3 || call > 6) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::unavailable, .what = "502"}};
  });
  run_ok(Goal::everything);
  EXPECT_EQ(world_.counts().stamped, 12);
  for (RecordId id = 1; id <= 12; ++id) EXPECT_EQ(row(id).tries, 0);
}

TEST_F(Batches, ALockedRecordHoldsUpNoOther) {
  world_.source.lock(4, true);
  run_ok(Goal::everything);
  EXPECT_EQ(world_.counts().stamped, 11);
  EXPECT_EQ(row(4).stamp_problem, reason::k_write_refused);
  EXPECT_EQ(row(4).fate, Fate::moved);
}

TEST_F(Batches, AStampThatAnEarlierRunWroteIsOnlyWrittenDown) {
  run_ok(Goal::everything);
  // As if the ledger had not heard of it.
  const StepUpdate forgotten{.record_id = 6,
                             .step = Step::stored,
                             .mod_id = world_.source.row(6).mod_id - 1,
                             .stamped_at = std::string()};
  ASSERT_TRUE(world_.ledger->record(std::span(&forgotten, 1)));
  const auto before = world_.source.row(6).mod_id;
  run_ok(Goal::everything);
  EXPECT_EQ(world_.source.row(6).mod_id, before);
  EXPECT_FALSE(row(6).stamped_at.empty());
}

}  // namespace
}  // namespace fmferry::test
