// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/id_ranges.hpp>
#include <fmferry/engine/verify.hpp>
#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>

#include <algorithm>

namespace fmferry::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class Verify : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 4; ++i) world_.add({{"Full", "JPG " + std::to_string(i) + "."}});
    const Status status = world_.run();
    ASSERT_TRUE(status) << to_line(status.error());
  }

  VerifyReport verified(VerifyOptions options = {}) {
    found_.clear();
    symbols_.clear();
    options.symbols = [this](char symbol, const std::string& key) {
      symbols_.push_back(std::string(1, symbol) + " " + key);
    };
    const auto report =
        verify(world_.job(), options, [this](const Finding& it) { found_.push_back(it); }, {});
    EXPECT_TRUE(report) << to_line(report.error());
    return report.value_or(VerifyReport{});
  }

  // What FileMaker's calculations say about the container that was moved.
  void tell_attributes(const std::string& md5, const std::string& length) {
    world_.settings.md5_field = "{container}_md5";
    world_.settings.length_field = "{container}_length";
    world_.source.edit(1, [&](MemoryRecord& r) {
      r.fields["Full_md5"] = md5;
      r.fields["Full_length"] = length;
    });
    // As if they had always said so: an edit of theirs would be a change of the record.
    const StepUpdate known{.record_id = 1, .mod_id = world_.source.row(1).mod_id};
    ASSERT_TRUE(world_.ledger->record(std::span(&known, 1)));
  }

  World world_;
  std::vector<Finding> found_;
  std::vector<std::string> symbols_;
};

std::string upper_hex(const std::string& raw) {
  std::string text = to_hex(raw);
  std::ranges::transform(
      text, text.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

TEST_F(Verify, SaysOkWhenAllAgree) {
  const auto report = verified({.deep = true, .reread_source = true});
  EXPECT_EQ(report.verdict, Verdict::ok);
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.checked, 4);
  EXPECT_EQ(report.reread, 4);
  EXPECT_EQ(report.objects, 4);
  EXPECT_THAT(
      symbols_,
      ElementsAre(
          "= images/id-1.jpg", "= images/id-2.jpg", "= images/id-3.jpg", "= images/id-4.jpg"));
}

TEST_F(Verify, GivesEachObjectItsSymbol) {
  world_.store.erase("images/id-1.jpg");
  world_.store.set("images/id-2.jpg", "JPG 9.");
  world_.store.set("images/stray.jpg", "JPG stray.");
  world_.store_rule = [](std::string_view what, const std::string& on) -> std::optional<Fault> {
    if (what != "get" || on != "images/id-3.jpg") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "a bad sector"}};
  };
  EXPECT_EQ(verified({.deep = true}).verdict, Verdict::failure);
  EXPECT_THAT(symbols_,
              ElementsAre("- images/id-1.jpg",
                          "* images/id-2.jpg",
                          "! images/id-3.jpg",
                          "= images/id-4.jpg",
                          "+ images/stray.jpg"));
}

TEST_F(Verify, AnOrphanIsAWarningAndNamed) {
  world_.store.set("images/stray.jpg", "JPG stray.");
  world_.store.set("elsewhere/not-ours.jpg", "JPG of others.");
  const auto report = verified();
  EXPECT_EQ(report.verdict, Verdict::warning);
  ASSERT_EQ(found_.size(), 1U);
  EXPECT_EQ(found_[0].kind.name, "orphan");
  EXPECT_EQ(found_[0].key, "images/stray.jpg");
}

TEST_F(Verify, ARowThatLeadsToNoObjectIsNamed) {
  world_.catalogue.images["z"] = {.image_id = "z", .key = "images/never.jpg"};
  world_.catalogue.images["y"] = {.image_id = "y", .key = "uploads/of-the-application.jpg"};
  EXPECT_EQ(verified().verdict, Verdict::failure);
  ASSERT_EQ(found_.size(), 1U);
  EXPECT_EQ(found_[0].kind.name, "row_without_object");
  EXPECT_EQ(found_[0].image_id, "z");
  EXPECT_THAT(symbols_, Contains("- images/never.jpg"));
}

TEST_F(Verify, ARecordEditedSinceIsAWarning) {
  world_.source.edit(2, [](MemoryRecord& r) { r.fields["day"] = "01/01/2020"; });
  EXPECT_THAT(verified({.reread_source = true}).findings, ElementsAre(Pair("source_changed", 1)));
  world_.source.edit(2, [](MemoryRecord& r) { r.bodies["Full"] = "JPG another."; });
  const auto report = verified({.reread_source = true});
  EXPECT_THAT(report.findings, ElementsAre(Pair("source_changed", 1), Pair("source_replaced", 1)));
  EXPECT_EQ(report.verdict, Verdict::warning);
}

// What was flipped on the way in is in the store and in the ledger alike; only the source knows.
TEST_F(Verify, OtherBytesInAnUnchangedRecordAreAFailure) {
  StoredObject object = *world_.row(3).stored;
  world_.store.set(object.key, "JPG 7.");
  object.sha256 = sha256("JPG 7.");
  const StepUpdate believed{.record_id = 3, .stored = object};
  ASSERT_TRUE(world_.ledger->record(std::span(&believed, 1)));
  EXPECT_EQ(verified({.deep = true}).verdict, Verdict::ok);
  EXPECT_THAT(verified({.reread_source = true}).findings, ElementsAre(Pair("source_hash", 1)));
  EXPECT_EQ(found_[0].record_id, 3);
  EXPECT_THAT(symbols_, Contains("* images/id-3.jpg"));
}

TEST_F(Verify, AByteFlippedWhileItVerifiesIsNotTheRecordsFault) {
  int flips = 1;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "fetch" || flips-- <= 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "cut"}, .cut_after = 2};
  };
  EXPECT_EQ(verified({.reread_source = true}).verdict, Verdict::ok);
}

TEST_F(Verify, AContainerThatCannotBeReadIsAFailure) {
  world_.source_rule = [](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "fetch") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "cut"}, .cut_after = 2};
  };
  EXPECT_THAT(verified({.reread_source = true}).findings,
              ElementsAre(Pair("source_unreadable", 4)));
}

TEST_F(Verify, FileMakersOwnMd5AndLengthAreCompared) {
  tell_attributes(upper_hex(md5("JPG 0.")), "6");
  const auto report = verified({.deep = true});
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.md5s, 1);
  EXPECT_EQ(report.lengths, 1);
}

TEST_F(Verify, AnotherMd5OrLengthAtTheSourceIsAFailure) {
  tell_attributes(upper_hex(md5("JPG 1.")), "7");
  EXPECT_THAT(verified({.deep = true}).findings,
              ElementsAre(Pair("source_length", 1), Pair("source_md5", 1)));
  EXPECT_THAT(verified().findings, ElementsAre(Pair("source_length", 1)))
      << "without reading, nothing is known of the object's MD5";
}

TEST_F(Verify, RecordsThatCameAndWentAreNamed) {
  world_.source.remove(2);
  world_.add({{"Full", "JPG new."}});
  EXPECT_THAT(verified().findings, ElementsAre(Pair("source_gone", 1), Pair("source_new", 1)));
  EXPECT_THAT(symbols_, Contains("= images/id-2.jpg"));
}

TEST_F(Verify, AStampThatIsGoneAndOneWithoutProofAreWarnings) {
  world_.source.edit(1, [](MemoryRecord& r) { r.fields["stamp"] = ""; });
  const auto empty = world_.add({});
  world_.source.edit(empty, [](MemoryRecord& r) { r.fields["stamp"] = "11/22/2026 10:00:00"; });
  const Status run = world_.run();
  ASSERT_TRUE(run) << to_line(run.error());
  const auto findings = verified().findings;
  EXPECT_THAT(findings, Contains(Pair("stamp_missing", 1)));
  EXPECT_THAT(findings, Contains(Pair("stamp_unproven", 1)));
}

TEST_F(Verify, WhatIsStillToDoIsAWarning) {
  world_.add({{"Full", "JPG late."}});
  world_.settings.limit = 1;
  world_.source.edit(4, [](MemoryRecord& r) { r.fields["mark"] = ""; });
  ASSERT_TRUE(world_.ledger->begin_walk());
  const std::vector<SeenRecord> late{{.record_id = 9, .mod_id = 1, .id = "id-9", .choice = "Full"}};
  ASSERT_TRUE(world_.ledger->see(late));
  EXPECT_THAT(verified({.ask_source = false}).findings, ElementsAre(Pair("pending", 1)));
}

TEST_F(Verify, OfflineAsksTheSourceNothing) {
  world_.source_rule = [](std::string_view what, const std::string&) -> std::optional<Fault> {
    ADD_FAILURE() << "asked: " << what;
    return std::nullopt;
  };
  EXPECT_EQ(verified({.deep = true, .ask_source = false}).verdict, Verdict::ok);
}

TEST_F(Verify, ASampleIsDeepForItsPartOnly) {
  const auto report = verified({.deep = true, .reread_source = true, .sample = 0.5, .seed = 3});
  EXPECT_GT(report.reread, 0);
  EXPECT_LT(report.reread, 4);
  EXPECT_EQ(report.checked, 4);
}

TEST(Sample, IsAsLargeAsAskedForAndTheSameForOneSeed) {
  int chosen = 0;
  for (RecordId id = 1; id <= 10'000; ++id) {
    EXPECT_EQ(in_sample(id, 7, 0.05), in_sample(id, 7, 0.05));
    chosen += in_sample(id, 7, 0.05) ? 1 : 0;
  }
  EXPECT_GT(chosen, 400);
  EXPECT_LT(chosen, 600);
}

TEST(IdRangesTest, KnowWhatWasAddedInAnyOrder) {
  IdRanges ranges;
  for (const RecordId id : {5, 3, 4, 9, 8, 1}) EXPECT_TRUE(ranges.add(id));
  for (const RecordId id : {5, 3, 4, 9, 8, 1}) EXPECT_FALSE(ranges.add(id));
  for (const RecordId id : {2, 6, 7, 10, 0}) EXPECT_FALSE(ranges.contains(id));
  EXPECT_TRUE(ranges.contains(4));
  EXPECT_EQ(ranges.size(), 6);
}

}  // namespace
}  // namespace fmferry::test
