// SPDX-License-Identifier: Apache-2.0
#include "memory_thumbnailer.hpp"
#include "transfer_fixture.hpp"
#include <fmferry/engine/link.hpp>
#include <fmferry/engine/thumbnail.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Thumbnails : public Transfer {
 protected:
  Thumbnails() { world_.settings.thumbnail_key = *KeyTemplate::parse("thumbs/{id}.{ext}"); }

  Job job() {
    Job made = world_.job();
    made.thumbnailer = &thumbnailer_;
    return made;
  }

  void run_with_thumbnails() {
    const Status status = world_.run(job());
    ASSERT_TRUE(status) << to_line(status.error());
    EXPECT_TRUE(adds_up(world_.counts()));
  }

  void make_missing() {
    const Status status = make_thumbnails(job(), {});
    ASSERT_TRUE(status) << to_line(status.error());
  }

  // Where it lies, or why it doesn't.
  std::string thumbnail(RecordId id) {
    const auto row = world_.row(id);
    return row.thumbnail ? row.thumbnail->key : row.thumbnail_problem;
  }

  // The store's answers to puts under thumbs/.
  static FaultRule thumbs_fail(Fault fault, int times = -1) {
    return [fault = std::move(fault), left = times](
               std::string_view what, const std::string& on) mutable -> std::optional<Fault> {
      if (what != "put" || !on.starts_with("thumbs/") || left == 0) return std::nullopt;
      if (left > 0) --left;
      return fault;
    };
  }

  MemoryThumbnailer thumbnailer_;
};

TEST_F(Thumbnails, AreMadeInTheSamePassFromTheBytesAtHand) {
  const auto id = world_.add({{"Full", k_good}});
  int reads = 0;
  world_.store_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    reads += what == "get" ? 1 : 0;
    return std::nullopt;
  };
  run_with_thumbnails();
  EXPECT_EQ(world_.stored("thumbs/id-1.jpg"), "small " + k_good);
  const auto row = world_.row(id);
  ASSERT_TRUE(row.thumbnail);
  EXPECT_EQ(row.thumbnail->key, "thumbs/id-1.jpg");
  EXPECT_EQ(row.thumbnail->length, 6 + static_cast<std::int64_t>(k_good.size()));
  EXPECT_EQ(row.thumbnail->width, 3);
  EXPECT_EQ(row.thumbnail->height, 2);
  EXPECT_EQ(world_.store.objects().at("thumbs/id-1.jpg").content_type, "image/jpeg");
  EXPECT_EQ(reads, 0);
  EXPECT_EQ(world_.counts().thumbnails, 1);
}

TEST_F(Thumbnails, ASecondRunMakesNone) {
  world_.add({{"Full", k_good}});
  run_with_thumbnails();
  run_with_thumbnails();
  EXPECT_THAT(thumbnailer_.asked, SizeIs(1));
  EXPECT_EQ(world_.store.objects().at("thumbs/id-1.jpg").writes, 1);
}

TEST_F(Thumbnails, WithoutAThumbnailerNothingIsMade) {
  const auto id = world_.add({{"Full", k_good}});
  run_ok();
  EXPECT_EQ(thumbnail(id), "");
  EXPECT_EQ(world_.stored("thumbs/id-1.jpg"), "-");
}

// A run that was killed between the two steps looks like this.
TEST_F(Thumbnails, WhatIsMissingIsMadeFromTheStore) {
  const auto id = world_.add({{"Full", k_good}});
  run_ok();
  run_with_thumbnails();
  EXPECT_EQ(thumbnail(id), "thumbs/id-1.jpg");
  EXPECT_EQ(world_.stored("thumbs/id-1.jpg"), "small " + k_good);
}

TEST_F(Thumbnails, OneThatWasPutBeforeTheRunWasKilledIsPutAgain) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store.set("thumbs/id-1.jpg", "small JPG an older picture");
  run_with_thumbnails();
  EXPECT_EQ(thumbnail(id), "thumbs/id-1.jpg");
  EXPECT_EQ(world_.stored("thumbs/id-1.jpg"), "small " + k_good);
}

TEST_F(Thumbnails, LargeBodiesGetTheirsFromTheStore) {
  const std::string large = "JPG " + std::string(100, 'x') + ".";  // a part has 64 bytes
  const auto id = world_.add({{"Full", large}});
  thumbnailer_.problem = reason::k_undecodable;
  run_with_thumbnails();
  EXPECT_EQ(thumbnail(id), "undecodable");
  EXPECT_THAT(thumbnailer_.asked, ElementsAre(large));
}

TEST_F(Thumbnails, LargerFilesThanAllowedAreNotRead) {
  const auto id = world_.add({{"Full", "JPG " + std::string(100, 'x') + "."}});
  thumbnailer_.largest_file = 90;
  run_with_thumbnails();
  EXPECT_EQ(thumbnail(id), "too_large");
  EXPECT_THAT(thumbnailer_.asked, IsEmpty());
}

TEST_F(Thumbnails, AFailureHasAReasonAndCostsNothingElse) {
  const auto id = world_.add({{"Full", k_good}});
  thumbnailer_.problem = reason::k_worker_died;
  run_with_thumbnails();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(thumbnail(id), "worker_died");
  const auto row = world_.row(id);
  EXPECT_EQ(row.tries, 0);
  EXPECT_NE(row.stamped_at, "");
  EXPECT_NE(row.image_id, "");
  EXPECT_FALSE(needs_attention(world_.counts()));
  EXPECT_EQ(world_.counts().thumbnail_problems.at("worker_died"), 1);
  ASSERT_TRUE(world_.ledger->clear_problems());
  thumbnailer_.problem = {};
  run_with_thumbnails();
  EXPECT_EQ(thumbnail(id), "thumbs/id-1.jpg");
}

TEST_F(Thumbnails, WhatIsNoPictureIsAskedAboutOnce) {
  const auto id = world_.add({{"Full", "PNG a picture that this one does not take."}});
  run_with_thumbnails();
  EXPECT_EQ(thumbnail(id), "not_a_picture");
  ASSERT_TRUE(world_.ledger->clear_problems());
  EXPECT_EQ(thumbnail(id), "not_a_picture");
}

TEST_F(Thumbnails, AnOutageOfTheStoreIsWaitedOut) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store_rule = thumbs_fail({.error = {.kind = ErrorKind::unavailable}}, 5);
  run_with_thumbnails();
  EXPECT_EQ(thumbnail(id), "thumbs/id-1.jpg");
  EXPECT_EQ(world_.row(id).tries, 0);
}

TEST_F(Thumbnails, AStoreThatRefusesThemCostsThemAndNothingElse) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store_rule = thumbs_fail({.error = {.kind = ErrorKind::denied}});
  run_with_thumbnails();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(thumbnail(id), "store_failed");
  EXPECT_NE(world_.row(id).image_id, "");
}

TEST_F(Thumbnails, AnObjectThatIsGoneCostsItsThumbnail) {
  const auto id = world_.add({{"Full", k_good}});
  run_ok();
  world_.store.erase("images/id-1.jpg");
  make_missing();
  EXPECT_EQ(thumbnail(id), "store_failed");
}

TEST_F(Thumbnails, WhatIsTooLargeToBeOursIsLeftAlone) {
  const auto id = world_.add({{"Full", k_good}});
  const std::string theirs((4 << 20) + 1, 'x');
  world_.store.set("thumbs/id-1.jpg", theirs);
  run_with_thumbnails();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(thumbnail(id), "key_taken");
  EXPECT_EQ(world_.stored("thumbs/id-1.jpg"), theirs);
}

TEST_F(Thumbnails, AnEditedPictureGetsANewOne) {
  const auto id = world_.add({{"Full", k_good}});
  run_with_thumbnails();
  world_.source.edit(id, [](MemoryRecord& record) { record.bodies["Full"] = "JPG another one."; });
  ASSERT_TRUE(world_.ledger->record(std::vector{StepUpdate{
      .record_id = id, .step = Step::unstamped, .fate = Fate::pending, .stamped_at = ""}}));
  run_with_thumbnails();
  EXPECT_EQ(world_.stored("thumbs/id-1.jpg"), "small JPG another one.");
}

TEST_F(Thumbnails, OneThatComesLaterIsLinkedAnew) {
  const auto id = world_.add({{"Full", k_good}});
  run_ok();
  ASSERT_NE(world_.row(id).image_id, "");
  make_missing();
  EXPECT_EQ(world_.row(id).image_id, "") << "the catalogue does not know it yet";
  ASSERT_TRUE(link_records(job(), {}));
  EXPECT_NE(world_.row(id).image_id, "");
}

TEST_F(Thumbnails, ALimitHolds) {
  for (int i = 0; i < 5; ++i) world_.add({{"Full", k_good}});
  run_ok();
  world_.settings.limit = 2;
  make_missing();
  EXPECT_EQ(world_.counts().thumbnails, 2);
}

TEST_F(Thumbnails, AStopLeavesTheRestForTheNextRun) {
  const auto id = world_.add({{"Full", k_good}});
  run_ok();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(World::outcome(make_thumbnails(job(), {.stop = stop.get_token()})), "cancelled");
  EXPECT_EQ(thumbnail(id), "");
}

}  // namespace
}  // namespace fmferry::test
