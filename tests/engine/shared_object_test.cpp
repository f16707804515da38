// SPDX-License-Identifier: Apache-2.0
//
// Keys that are made of the bytes: records with the same bytes share one object.
#include "transfer_fixture.hpp"
#include <fmferry/engine/rebuild.hpp>
#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class SharedObject : public Transfer {
 protected:
  SharedObject() {
    world_.settings.key = *KeyTemplate::parse("by-hash/{sha256}.{ext}");
    world_.settings.width = 1;
    world_.source_rule = [this](std::string_view what, const std::string&) -> std::optional<Fault> {
      fetches_ += what == "fetch" ? 1 : 0;
      return std::nullopt;
    };
  }

  static std::string key_for(const std::string& body) {
    return "by-hash/" + to_hex(sha256(body)) + ".jpg";
  }

  // Longer than a part, which has 64 bytes.
  const std::string large_ = "JPG " + std::string(300, 'x') + ".";
  int fetches_{0};
};

TEST_F(SharedObject, TheSameBytesAreStoredOnce) {
  const auto first = world_.add({{"Full", k_good}});
  const auto second = world_.add({{"Full", k_good}});
  const auto other = world_.add({{"Full", "JPG another picture."}});
  run_ok();
  for (const auto id : {first, second, other}) EXPECT_EQ(fate(id), "moved");
  EXPECT_THAT(world_.store.objects(), SizeIs(2));
  EXPECT_EQ(world_.stored(key_for(k_good)), k_good);
  EXPECT_EQ(world_.store.objects().at(key_for(k_good)).writes, 1);
  EXPECT_EQ(world_.row(first).stored->key, world_.row(second).stored->key);
  EXPECT_EQ(world_.counts().same_bytes, 1);
}

TEST_F(SharedObject, AnEditedRecordLeavesItToTheOthers) {
  const auto edited = world_.add({{"Full", k_good}});
  const auto other = world_.add({{"Full", k_good}});
  world_.settings.stamp_field = world_.settings.mark_field = "";
  run_ok();
  world_.source.edit(edited, [](MemoryRecord& r) { r.bodies["Full"] = "JPG a new picture."; });
  run_ok();
  EXPECT_TRUE(world_.row(edited).changed_since);
  EXPECT_EQ(world_.stored(world_.row(other).stored->key), k_good);
}

TEST_F(SharedObject, AnEditBeforeTheStampGetsAnObjectOfItsOwn) {
  const auto edited = world_.add({{"Full", k_good}});
  const auto other = world_.add({{"Full", k_good}});
  world_.source_rule = failing("write", 1, {.error = {.kind = ErrorKind::internal}});
  EXPECT_EQ(World::outcome(world_.run()), "internal");
  world_.source_rule = {};
  const std::string anew = "JPG a new picture.";
  world_.source.edit(edited, [&](MemoryRecord& r) { r.bodies["Full"] = anew; });
  run_ok();
  EXPECT_EQ(world_.row(edited).stored->key, key_for(anew));
  EXPECT_EQ(world_.stored(key_for(anew)), anew);
  EXPECT_EQ(world_.row(other).stored->key, key_for(k_good));
  EXPECT_EQ(world_.stored(key_for(k_good)), k_good);
}

TEST_F(SharedObject, IdsNeedNotDiffer) {
  const auto first = world_.add({{"Full", k_good}});
  const auto second = world_.add({{"Full", "JPG another picture."}});
  const auto nameless = world_.add({{"Full", "JPG a third picture."}});
  world_.source.edit(second, [](MemoryRecord& r) { r.fields["id"] = "id-1"; });
  world_.source.edit(nameless, [](MemoryRecord& r) { r.fields["id"] = ""; });
  run_ok();
  for (const auto id : {first, second, nameless}) EXPECT_EQ(fate(id), "moved");
}

TEST_F(SharedObject, OtherBytesUnderItsNameAreNotTouched) {
  const auto id = world_.add({{"Full", k_good}});
  world_.store.set(key_for(k_good), "somebody else's");
  run_ok();
  EXPECT_EQ(fate(id), "refused key_taken");
  EXPECT_EQ(world_.stored(key_for(k_good)), "somebody else's");
}

TEST_F(SharedObject, ALargeOneIsReadForItsNameAndThenForItsBytes) {
  const auto id = world_.add({{"Full", large_}});
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.stored(key_for(large_)), large_);
  EXPECT_EQ(fetches_, 2);
}

TEST_F(SharedObject, ALargeOneThatIsThereIsReadOnce) {
  const auto first = world_.add({{"Full", large_}});
  run_ok();
  const auto second = world_.add({{"Full", large_}});
  run_ok();
  EXPECT_EQ(fate(first), "moved");
  EXPECT_EQ(fate(second), "moved");
  EXPECT_THAT(world_.store.objects(), SizeIs(1));
  EXPECT_EQ(world_.store.objects().at(key_for(large_)).writes, 1);
  EXPECT_EQ(fetches_, 3);
}

TEST_F(SharedObject, ALargeOneThatChangesBetweenItsReadingsGetsTheNameOfItsBytes) {
  const auto id = world_.add({{"Full", large_}});
  std::string changed = large_;
  changed[100] = 'y';
  int fetches = 0;
  world_.source.before_fetch([&](RecordId which) {
    if (++fetches != 2) return;
    world_.source.edit(which, [&](MemoryRecord& r) { r.bodies["Full"] = changed; });
  });
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_THAT(world_.store.objects(), SizeIs(1));
  EXPECT_EQ(world_.stored(key_for(changed)), changed);
}

TEST_F(SharedObject, OfALargeOneThatIsDamagedNothingIsStored) {
  const auto id = world_.add({{"Full", large_ + "CUT"}});
  run_ok();
  EXPECT_EQ(fate(id), "corrupt truncated");
  EXPECT_THAT(world_.store.objects(), IsEmpty());
}

TEST_F(SharedObject, AStoreThatCannotBeAskedIsNotTheRecordsFault) {
  const auto id = world_.add({{"Full", large_}});
  world_.store_rule = failing("head", 2, {.error = {.kind = ErrorKind::unavailable}});
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.row(id).tries, 0);
}

}  // namespace
}  // namespace fmferry::test
