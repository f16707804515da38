// SPDX-License-Identifier: Apache-2.0
//
// The rules `largest` and `most-pixels`.
#include "transfer_fixture.hpp"
#include <fmferry/engine/choice.hpp>
#include <fmferry/engine/forecast.hpp>
#include <fmferry/engine/inventory.hpp>

#include <gmock/gmock.h>

#include <vector>

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A good picture of so many bytes.
std::string picture(std::size_t length, const std::string& size = "") {
  const std::string head = "JPG " + size;
  return head + std::string(length - head.size() - 1, '-') + ".";
}

class ChoiceTest : public testing::Test {
 protected:
  explicit ChoiceTest(ChoiceRule rule = ChoiceRule::largest, MemorySourceOptions options = {})
      : world_(with_containers(std::move(options))) {
    world_.settings.choice = rule;
  }

  static MemorySourceOptions with_containers(MemorySourceOptions options) {
    options.containers = {"Full", "Large", "Thumb"};
    if (options.slice == MemorySourceOptions().slice) options.slice = 7;
    return options;
  }

  void run_ok() {
    world_.source_rule = [this](std::string_view what, const std::string& on) {
      if (what == "fetch") fetched_.push_back(on);
      return rule_ ? rule_(what, on) : std::optional<Fault>();
    };
    const Status status = world_.run();
    ASSERT_TRUE(status) << to_line(status.error());
    EXPECT_TRUE(adds_up(world_.counts()));
  }

  // Fate, container and key of a record, and its mark at the source.
  std::string outcome(RecordId id) {
    const auto row = world_.row(id);
    std::string text(name_of(row.fate));
    if (!row.reason.empty()) text += " " + row.reason;
    if (row.stored) text += " " + row.stored->field;
    if (row.stored) EXPECT_EQ(world_.field(id, "mark"), row.stored->field);
    return text;
  }

  std::string bytes_of(RecordId id) {
    const auto row = world_.row(id);
    return row.stored ? world_.stored(row.stored->key) : "-";
  }

  World world_;
  FaultRule rule_{};
  std::vector<std::string> fetched_{};  // as "1/Full", in their order
};

class Largest : public ChoiceTest {};

TEST_F(Largest, MovesTheContainerWithTheMostBytes) {
  const auto id =
      world_.add({{"Full", picture(30)}, {"Large", picture(300)}, {"Thumb", picture(299)}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
  EXPECT_EQ(bytes_of(id), picture(300));
}

TEST_F(Largest, OfEqualsTakesTheFirst) {
  const auto id =
      world_.add({{"Full", picture(20)}, {"Large", picture(50)}, {"Thumb", picture(50)}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
}

TEST_F(Largest, SkipsWhatIsDamagedForTheNextBest) {
  const auto id = world_.add({{"Full", picture(40)},
                              {"Large", "JPG BAD" + std::string(500, '-') + "."},
                              {"Thumb", picture(80)}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Thumb");
}

TEST_F(Largest, SaysWhichWasDamagedWhenNoneIsGood) {
  const auto id = world_.add({{"Full", ""}, {"Large", "JPG BAD."}, {"Thumb", "JPG much BAD."}});
  run_ok();
  EXPECT_EQ(outcome(id), "corrupt malformed");
  EXPECT_EQ(world_.row(id).choice, "Thumb");
}

TEST_F(Largest, LooksAtNothingWhereThereIsNoChoice) {
  const auto id = world_.add({{"Large", picture(40)}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
  EXPECT_THAT(fetched_, ElementsAre("1/Large"));
}

TEST_F(Largest, ReadsNoMoreOfTheOthersThanTheirBeginning) {
  const auto id = world_.add(
      {{"Full", picture(500'000)}, {"Large", picture(900'000)}, {"Thumb", picture(400'000)}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
  EXPECT_LT(world_.progress.bytes.load(), 900'000 + 3 * 10);
}

TEST_F(Largest, ReadsToItsEndWhatIsNearlyThere) {
  const auto id = world_.add({{"Full", picture(60)}, {"Large", picture(70)}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
  EXPECT_EQ(world_.progress.bytes.load(), 60 + 70 + 70);
}

TEST_F(Largest, IsKnownFromTheListingWhereTheLayoutTellsLengths) {
  world_.settings.length_field = "{container}_length";
  const auto id = world_.add({{"Full", picture(30)}, {"Large", picture(90)}});
  world_.source.edit(id, [](MemoryRecord& record) {
    record.fields["Full_length"] = "30";
    record.fields["Large_length"] = "90";
  });
  ASSERT_TRUE(take_inventory(world_.job(), {}));
  EXPECT_EQ(world_.row(id).choice, "Large");
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
  EXPECT_THAT(fetched_, ElementsAre("1/Large"));
}

TEST_F(Largest, OneLengthThatIsNotToldLeavesTheListingOpen) {
  world_.settings.length_field = "{container}_length";
  const auto id = world_.add({{"Full", picture(30)}, {"Large", picture(90)}});
  world_.source.edit(id, [](MemoryRecord& record) { record.fields["Full_length"] = "30"; });
  ASSERT_TRUE(take_inventory(world_.job(), {}));
  EXPECT_EQ(world_.row(id).choice, "");
  EXPECT_EQ(world_.row(id).fate, Fate::pending);
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
}

TEST_F(Largest, MarksAloneAreWrittenWhereTheListingTellsTheBest) {
  const auto open = world_.add({{"Full", picture(30)}, {"Large", picture(90)}});
  const auto single = world_.add({{"Thumb", picture(90)}});
  const Status status = pursue(world_.job(), Goal::mark, {});
  ASSERT_TRUE(status) << to_line(status.error());
  EXPECT_EQ(world_.field(open, "mark"), "");
  EXPECT_EQ(world_.field(single, "mark"), "Thumb");
}

TEST_F(Largest, AnOutageWhileItLooksCostsNoTry) {
  const auto id = world_.add({{"Full", picture(30)}, {"Large", picture(900)}});
  int left = 3;
  rule_ = [&left](std::string_view what, const std::string& on) -> std::optional<Fault> {
    if (what != "fetch" || on != "1/Large" || left-- <= 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::unavailable, .what = "502"}};
  };
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
  EXPECT_EQ(world_.row(id).tries, 0);
}

TEST_F(Largest, WhatItLooksAtCountsForTheLineOfBytes) {
  world_.settings.width = 1;
  world_.settings.max_bytes = 150;
  for (int i = 0; i < 3; ++i) world_.add({{"Full", picture(50)}, {"Large", picture(60)}});
  EXPECT_EQ(World::outcome(world_.run()), "budget");
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 1);
  for (const auto& row : world_.rows()) EXPECT_EQ(row.tries, 0);
}

TEST_F(Largest, APlanTakesWhatARunMoves) {
  for (int i = 0; i < 12; ++i) world_.add({{"Full", picture(50)}, {"Thumb", picture(600)}});
  const Job job = world_.job();
  const auto found =
      forecast(job, [](const Record&, const Container&) { return std::nullopt; }, {}, {});
  ASSERT_TRUE(found) << to_line(found.error());
  EXPECT_EQ(found->bytes.total, 12 * 600);
  EXPECT_THAT(found->parts, ElementsAre(testing::Key("")));
}

class LargestInLargePieces : public ChoiceTest {
 protected:
  LargestInLargePieces() : ChoiceTest(ChoiceRule::largest, {.slice = 50'000}) {}
};

TEST_F(LargestInLargePieces, LooksThatAreCutShortAreNoSignOfTrouble) {
  for (int i = 0; i < 40; ++i) {
    world_.add({{"Full", picture(200'000)}, {"Large", picture(300'000)}});
  }
  run_ok();
  EXPECT_EQ(world_.counts().fates.at(Fate::moved), 40);
  for (const auto& row : world_.rows()) EXPECT_EQ(row.tries, 0);
  for (const auto& [host, pace] : world_.progress.paces()) EXPECT_FALSE(pace.troubled) << host;
  EXPECT_EQ(world_.clock->elapsed().count(), 0);
}

class LargestUntold : public ChoiceTest {
 protected:
  LargestUntold()
      : ChoiceTest(ChoiceRule::largest, {.tells_emptiness = false, .tells_length = false}) {}
};

TEST_F(LargestUntold, CountsTheBytesWhereNobodyTellsTheLength) {
  const auto id = world_.add({{"Full", picture(200)}, {"Thumb", picture(300)}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Thumb");
  EXPECT_EQ(world_.progress.bytes.load(), 200 + 300 + 300);
}

TEST_F(LargestUntold, WhatTurnsOutEmptyIsEmpty) {
  const auto none = world_.add({});
  const auto text = world_.add({});
  world_.source.edit(text, [](MemoryRecord& record) { record.unreachable = {"Large"}; });
  run_ok();
  EXPECT_EQ(outcome(none), "empty no_data");
  EXPECT_EQ(outcome(text), "refused unreachable");
}

class MostPixels : public ChoiceTest {
 protected:
  MostPixels() : ChoiceTest(ChoiceRule::most_pixels) {}
};

TEST_F(MostPixels, MovesThePictureWithTheMostWhateverItsBytes) {
  const auto id = world_.add({{"Full", picture(900, "[640x480]")},
                              {"Large", picture(400, "[300x4000]")},
                              {"Thumb", picture(800, "[1000x1000]")}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
  EXPECT_EQ(world_.row(id).stored->height, 4000);
}

TEST_F(MostPixels, ReadsHeadersAndOneWhole) {
  const auto id = world_.add({{"Full", picture(300'000, "[640x480]")},
                              {"Large", picture(400'000, "[1000x1000]")},
                              {"Thumb", picture(350'000, "[20x20]")}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Large");
  EXPECT_LT(world_.progress.bytes.load(), 400'000 + 3 * 30);
}

TEST_F(MostPixels, WhatHasNoneComesLastInTheConfiguredOrder) {
  const auto both = world_.add({{"Full", "some text"}, {"Thumb", picture(40, "[2x2]")}});
  const auto neither = world_.add({{"Large", "some text"}, {"Thumb", "some longer text"}});
  run_ok();
  EXPECT_EQ(outcome(both), "moved Thumb");
  EXPECT_EQ(outcome(neither), "moved Large");
}

class MostPixelsInLargePieces : public ChoiceTest {
 protected:
  MostPixelsInLargePieces() : ChoiceTest(ChoiceRule::most_pixels, {.slice = 50'000}) {}
};

TEST_F(MostPixelsInLargePieces, LooksNoFurtherThanAHeaderMayReach) {
  const auto id = world_.add({{"Full", "JPG " + std::string(2'000'000, '-') + "[9000x9000]."},
                              {"Thumb", picture(40, "[2x2]")}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Thumb");
  EXPECT_LE(world_.progress.bytes.load(), 300'000 + 2 * 40);
}

TEST_F(MostPixels, SkipsWhatIsDamagedForTheNextBest) {
  const auto id = world_.add({{"Full", picture(60, "[10x10]")},
                              {"Large", picture(60, "[90x90] CUT")},
                              {"Thumb", picture(60, "[20x20]")}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Thumb");
}

TEST_F(MostPixels, AnEditedRecordIsLookedAtAnew) {
  const auto id = world_.add({{"Full", picture(60, "[50x50]")}, {"Large", picture(60, "[40x40]")}});
  run_ok();
  EXPECT_EQ(outcome(id), "moved Full");
  const auto other =
      world_.add({{"Full", picture(60, "[50x50]")}, {"Large", picture(60, "[40x40]")}});
  world_.source.edit(other,
                     [](MemoryRecord& record) { record.bodies["Thumb"] = picture(60, "[70x70]"); });
  run_ok();
  EXPECT_EQ(outcome(other), "moved Thumb");
}

class MostPixelsOfAClosedFile : public ChoiceTest {
 protected:
  MostPixelsOfAClosedFile()
      : ChoiceTest(ChoiceRule::most_pixels, {.write_back = false, .settled = true}) {}
};

TEST_F(MostPixelsOfAClosedFile, WhatTheFileItselfFindsDamagedIsPassedOver) {
  const auto id = world_.add({{"Full", picture(60, "[90x90]")}, {"Large", picture(60, "[40x40]")}});
  rule_ = [](std::string_view what, const std::string& on) -> std::optional<Fault> {
    if (what != "fetch" || on != "1/Full") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "checksum"}};
  };
  run_ok();
  EXPECT_EQ(world_.row(id).fate, Fate::moved);
  EXPECT_EQ(world_.row(id).stored->field, "Large");
}

TEST(ChoiceRules, HaveTheNamesOfTheConfiguration) {
  for (const auto rule : {ChoiceRule::first, ChoiceRule::largest, ChoiceRule::most_pixels}) {
    EXPECT_EQ(choice_rule_from(name_of(rule)), rule);
  }
  EXPECT_EQ(choice_rule_from("smallest"), std::nullopt);
  EXPECT_EQ(name_of(ChoiceRule::most_pixels), "most-pixels");
}

TEST(ChoiceRules, RankByWeightAndThenAsConfigured) {
  EXPECT_THAT(ranked({{"a", 3}, {"b", 9}, {"c", 3}, {"d", 9}}), ElementsAre("b", "d", "a", "c"));
  EXPECT_THAT(ranked({}), IsEmpty());
}

}  // namespace
}  // namespace fmferry::test
