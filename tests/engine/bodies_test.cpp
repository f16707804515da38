// SPDX-License-Identifier: Apache-2.0
//
// Bytes on their way: by parts, without an announced end, and how many are held at a time.
#include "transfer_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <mutex>
#include <thread>

namespace fmferry::test {
namespace {

using testing::IsEmpty;

class Bodies : public Transfer {};

class LargeBody : public Bodies, public testing::WithParamInterface<int> {
 protected:
  const std::string body_ =
      "JPG " + std::string(static_cast<std::size_t>(GetParam()) - 5, 'x') + ".";
};

TEST_P(LargeBody, ArrivesBitForBit) {
  const auto id = world_.add({{"Full", body_}});
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.stored("images/id-1.jpg"), body_);
  EXPECT_EQ(world_.row(id).stored->length, GetParam());
}

TEST_P(LargeBody, IsAdoptedWhenItIsThere) {
  const auto id = world_.add({{"Full", body_}});
  world_.store.set("images/id-1.jpg", body_);
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.store.objects().at("images/id-1.jpg").writes, 0);
}

TEST_P(LargeBody, IsRefusedWhereOtherBytesLie) {
  const auto id = world_.add({{"Full", body_}});
  std::string other = body_;
  other[10] = 'y';
  world_.store.set("images/id-1.jpg", other);
  run_ok();
  EXPECT_EQ(fate(id), "refused key_taken");
  EXPECT_EQ(world_.stored("images/id-1.jpg"), other);
}

TEST_P(LargeBody, IsSentAgainWhenAPartWasDamaged) {
  const auto id = world_.add({{"Full", body_}});
  int flips = 2;
  world_.store_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if ((what != "write" && what != "put") || flips == 0) return std::nullopt;
    --flips;
    return Fault{.flip_a_byte = true};
  };
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.stored("images/id-1.jpg"), body_);
}

TEST_P(LargeBody, IsNotPublishedWhenItIsTruncated) {
  const auto id = world_.add({{"Full", body_ + "CUT"}});
  run_ok();
  EXPECT_EQ(fate(id), "corrupt truncated");
  EXPECT_THAT(world_.store.objects(), IsEmpty());
}

// Parts have 64 bytes.
INSTANTIATE_TEST_SUITE_P(Sizes, LargeBody, testing::Values(63, 64, 65, 127, 128, 129, 192, 1000));

TEST_F(Bodies, AStoreThatRefusesPartsCostsTheSourceNothing) {
  const auto id = world_.add({{"Full", "JPG " + std::string(300, 'x') + "."}});
  world_.store_rule = failing("write", -1, {.error = {.kind = ErrorKind::corrupt, .what = "no"}});
  run_ok();
  EXPECT_EQ(fate(id), "quarantined store_failed");
}

// A type whose structure nobody follows, from a source that announces no length.
TEST_F(Bodies, AnUnknownBodyThatEndsSilentlyIsFetchedAgain) {
  const auto id = world_.add({{"Full", "text that goes on to its end"}});
  world_.source_rule = failing("fetch", 1, {.cut_after = 9, .ends_silently = true});
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.stored("images/id-1.bin"), "text that goes on to its end");
}

TEST_F(Bodies, UnknownBodiesThatNeverEndAtTheSamePlaceAreNotMoved) {
  const auto id = world_.add({{"Full", "text that goes on to its end"}});
  std::size_t length = 3;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "fetch") return std::nullopt;
    return Fault{.cut_after = length++, .ends_silently = true};
  };
  run_ok();
  EXPECT_EQ(fate(id), "quarantined fetch_failed");
  EXPECT_THAT(world_.store.objects(), IsEmpty());
}

// Counts the bytes that are between the source and the store.
TEST_F(Bodies, BytesHeldAreBounded) {
  world_.settings.width = 3;
  world_.settings.store_width = 2;
  const std::string body = "JPG " + std::string(55, 'x') + ".";
  for (int i = 0; i < 200; ++i) world_.add({{"Full", body}});
  const auto size = static_cast<std::int64_t>(body.size());
  std::int64_t held = 0;
  std::int64_t most = 0;
  std::mutex mutex;
  world_.source_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    const std::scoped_lock lock(mutex);
    if (what == "fetch") most = std::max(most, held += size);
    return std::nullopt;
  };
  world_.store_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what == "put") std::this_thread::yield();
    const std::scoped_lock lock(mutex);
    if (what == "put") held -= size;
    return std::nullopt;
  };
  run_ok();
  EXPECT_GT(most, size);
  // Fetched and waiting, and in the hands of the storers.
  EXPECT_LE(most, (3 + 2) * 64 + 2 * 64);
}

}  // namespace
}  // namespace fmferry::test
