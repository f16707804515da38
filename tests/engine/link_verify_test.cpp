// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/inventory.hpp>
#include <fmferry/engine/link.hpp>
#include <fmferry/engine/pipeline.hpp>
#include <fmferry/engine/verify.hpp>
#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class LinkVerify : public testing::Test {
 protected:
  void fill(int count) {
    for (int i = 0; i < count; ++i) world_.add({{"Full", "JPG " + std::to_string(i) + "."}});
  }

  void run_ok() {
    const Status status = world_.run();
    ASSERT_TRUE(status) << to_line(status.error());
  }

  VerifyReport verified(bool deep = false) {
    found_.clear();
    const auto report =
        verify(world_.job(),
               {.deep = deep},
               [this](const Finding& it) { found_.emplace_back(it.record_id, it.kind.name); },
               {});
    EXPECT_TRUE(report) << to_line(report.error());
    return report.value_or(VerifyReport{});
  }

  World world_;
  std::vector<std::pair<RecordId, std::string>> found_;
};

TEST_F(LinkVerify, EveryMovedRecordIsLinkedOnce) {
  fill(7);
  world_.settings.link_batch = 3;
  run_ok();
  EXPECT_EQ(world_.catalogue.images.size(), 7U);
  EXPECT_EQ(world_.counts().linked, 7);
  const auto& image = world_.catalogue.images.at(world_.row(1).image_id);
  EXPECT_EQ(image.key, "images/id-1.jpg");
  EXPECT_EQ(image.original_name, "id-1.jpg");
  EXPECT_EQ(image.day, "2026-11-22");
  EXPECT_EQ(image.parent_id, "11111111-1111-1111-1111-111111111111");
  EXPECT_TRUE(looks_like_uuid(image.image_id));
}

TEST_F(LinkVerify, ASecondLinkChangesNothing) {
  fill(3);
  run_ok();
  const auto before = world_.catalogue.totals;
  ASSERT_TRUE(link_records(world_.job(), {}));
  EXPECT_EQ(world_.catalogue.totals.inserted, before.inserted);
  EXPECT_EQ(world_.catalogue.totals.changed, 0);
  EXPECT_EQ(world_.catalogue.totals.unchanged, before.unchanged);
}

TEST_F(LinkVerify, AParentTheCatalogueDoesNotKnowIsNoted) {
  fill(2);
  world_.source.edit(2, [](MemoryRecord& r) { r.fields["patient"] = "P7"; });
  run_ok();
  EXPECT_EQ(world_.row(2).link_problem, "no_parent");
  EXPECT_EQ(world_.row(1).link_problem, "");
  world_.catalogue.add_parent("P7", "22222222-2222-2222-2222-222222222222");
  ASSERT_TRUE(world_.ledger->clear_problems());
  ASSERT_TRUE(link_records(world_.job(), {}));
  EXPECT_EQ(world_.row(2).link_problem, "");
  EXPECT_EQ(world_.counts().linked, 2);
}

TEST_F(LinkVerify, AConflictIsIsolated) {
  fill(5);
  world_.catalogue.images["other"] = {.image_id = "other", .source_id = "id-3"};
  run_ok();
  EXPECT_EQ(world_.row(3).link_problem, "catalogue_conflict");
  EXPECT_EQ(world_.row(3).image_id, "");
  EXPECT_EQ(world_.counts().linked, 4);
}

TEST_F(LinkVerify, AParentWithANewIdIsFoundByRelinkAndNothingElseIsTouched) {
  fill(3);
  world_.source.edit(2, [](MemoryRecord& r) { r.fields["patient"] = "P7"; });
  world_.catalogue.add_parent("P7", "22222222-2222-2222-2222-222222222222");
  run_ok();
  const std::string image = world_.row(2).image_id;
  world_.catalogue.add_parent("P7", "33333333-3333-3333-3333-333333333333");
  ASSERT_EQ(world_.catalogue.orphans_after("", 10)->size(), 1U);
  const auto report = relink_records(world_.job(), {});
  ASSERT_TRUE(report) << to_line(report.error());
  EXPECT_EQ(report->records, 3);
  EXPECT_EQ(report->relinked, 1);
  EXPECT_EQ(report->written.changed, 1);
  EXPECT_EQ(world_.row(2).image_id, image);
  EXPECT_EQ(world_.row(2).parent_id, "33333333-3333-3333-3333-333333333333");
  EXPECT_THAT(*world_.catalogue.orphans_after("", 10), IsEmpty());
  EXPECT_EQ(relink_records(world_.job(), {})->relinked, 0);
}

TEST_F(LinkVerify, RelinkNotesAParentThatIsGoneAndFindsItWhenItIsBack) {
  fill(2);
  run_ok();
  world_.source.edit(1, [](MemoryRecord& r) { r.fields["patient"] = "P9"; });
  ASSERT_TRUE(take_inventory(world_.job(), {}));
  const auto gone = relink_records(world_.job(), {});
  ASSERT_TRUE(gone) << to_line(gone.error());
  EXPECT_EQ(gone->parentless, 1);
  EXPECT_EQ(world_.row(1).link_problem, "no_parent");
  EXPECT_EQ(world_.row(1).image_id, "");
  world_.catalogue.add_parent("P9", "44444444-4444-4444-4444-444444444444");
  EXPECT_EQ(relink_records(world_.job(), {})->relinked, 1);
  EXPECT_EQ(world_.row(1).link_problem, "");
}

TEST_F(LinkVerify, APlanWritesNothing) {
  fill(5);
  world_.source.edit(2, [](MemoryRecord& r) { r.fields["patient"] = "P7"; });
  world_.catalogue.images["other"] = {.image_id = "other", .source_id = "id-3"};
  ASSERT_TRUE(pursue(world_.job(), Goal::move, {}));
  const auto plan = plan_links(world_.job(), 2, {});
  ASSERT_TRUE(plan) << to_line(plan.error());
  EXPECT_EQ(plan->counts.inserted, 3);
  EXPECT_THAT(plan->parentless, ElementsAre(2));
  EXPECT_THAT(plan->refused, ElementsAre(3));
  EXPECT_EQ(plan->rows.size(), 2U);
  EXPECT_EQ(world_.catalogue.images.size(), 1U);
  EXPECT_EQ(world_.counts().linked, 0);
  EXPECT_EQ(world_.row(2).link_problem, "");
}

TEST_F(LinkVerify, SeveralFieldsTellTheParentInTurn) {
  fill(2);
  world_.settings.parent_fields = {"patient", "number"};
  world_.settings.mapped_fields = {"number"};
  world_.source.edit(2, [](MemoryRecord& r) {
    r.fields["patient"] = "";
    r.fields["number"] = "N2";
  });
  world_.catalogue.add_parent("N2", "55555555-5555-5555-5555-555555555555");
  run_ok();
  EXPECT_EQ(world_.row(2).parent_id, "55555555-5555-5555-5555-555555555555");
  const auto& image = world_.catalogue.images.at(world_.row(2).image_id);
  EXPECT_EQ(image.parent_key, "N2");
  EXPECT_EQ(image.fields.at("number"), "N2");
}

TEST_F(LinkVerify, TheLimitHoldsForLinks) {
  fill(5);
  ASSERT_TRUE(pursue(world_.job(), Goal::move, {}));
  world_.settings.limit = 2;
  world_.settings.link_batch = 10;
  ASSERT_TRUE(link_records(world_.job(), {}));
  EXPECT_EQ(world_.counts().linked, 2);
}

TEST_F(LinkVerify, IdsAreDeterministic) {
  EXPECT_EQ(image_id_of("a", 1), image_id_of("a", 1));
  EXPECT_NE(image_id_of("a", 1), image_id_of("a", 2));
  EXPECT_NE(image_id_of("a", 1), image_id_of("b", 1));
}

TEST_F(LinkVerify, AnObjectMovedAnewIsLinkedAnew) {
  fill(1);
  world_.source_rule = [](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "write") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::internal, .what = "killed"}};
  };
  EXPECT_FALSE(pursue(world_.job(), Goal::move, {}));
  world_.source_rule = {};
  ASSERT_TRUE(link_records(world_.job(), {}));
  world_.source.edit(1, [](MemoryRecord& r) { r.bodies["Full"] = "PNG another, longer one."; });
  run_ok();
  const auto report = verified(true);
  EXPECT_THAT(report.findings, ElementsAre(Pair("orphan", 1))) << "what it was before";
  EXPECT_EQ(world_.catalogue.images.begin()->second.key, "images/id-1.png");
}

TEST_F(LinkVerify, AllIsWell) {
  fill(10);
  run_ok();
  for (const bool deep : {false, true}) {
    const auto report = verified(deep);
    EXPECT_THAT(report.findings, IsEmpty());
    EXPECT_EQ(report.checked, 10);
    EXPECT_EQ(report.hashed, 10);
    EXPECT_EQ(report.rows, 10);
    EXPECT_EQ(report.source_count, 10);
    EXPECT_EQ(report.ledger_count, 10);
  }
}

TEST_F(LinkVerify, FindsAMissingObject) {
  fill(3);
  run_ok();
  world_.store.erase("images/id-2.jpg");
  EXPECT_THAT(verified().findings, ElementsAre(Pair("object_missing", 1)));
  EXPECT_THAT(found_, ElementsAre(Pair(2, "object_missing")));
}

TEST_F(LinkVerify, FindsAnObjectOfAnotherLength) {
  fill(3);
  run_ok();
  world_.store.set("images/id-2.jpg", "JPG longer than it was.");
  EXPECT_THAT(verified().findings, ElementsAre(Pair("object_length", 1)));
}

TEST_F(LinkVerify, FindsAFlippedByte) {
  fill(3);
  run_ok();
  world_.store.set("images/id-2.jpg", "JPG 9.");
  for (const bool deep : {false, true}) {
    EXPECT_THAT(verified(deep).findings, ElementsAre(Pair("object_hash", 1)));
  }
}

TEST_F(LinkVerify, FindsARowThatIsMissingOrDiffers) {
  fill(3);
  run_ok();
  world_.catalogue.images.erase(world_.row(1).image_id);
  world_.catalogue.images.at(world_.row(2).image_id).key = "images/other.jpg";
  EXPECT_THAT(
      verified().findings,
      ElementsAre(Pair("row_differs", 1), Pair("row_missing", 1), Pair("row_without_object", 1)));
  EXPECT_THAT(
      found_,
      ElementsAre(Pair(1, "row_missing"), Pair(2, "row_differs"), Pair(0, "row_without_object")));
}

TEST_F(LinkVerify, NamesARecordThatCameSince) {
  fill(3);
  run_ok();
  fill(1);
  EXPECT_THAT(verified().findings, ElementsAre(Pair("source_new", 1)));
  EXPECT_THAT(found_, ElementsAre(Pair(4, "source_new")));
}

TEST_F(LinkVerify, WaitsOutAnOutageWhileReading) {
  fill(3);
  run_ok();
  int failures = 4;
  world_.store_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "get" || failures-- <= 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::unavailable, .what = "503"}, .cut_after = 2};
  };
  EXPECT_THAT(verified(true).findings, IsEmpty());
}

}  // namespace
}  // namespace fmferry::test
