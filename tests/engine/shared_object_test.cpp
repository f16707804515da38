// SPDX-License-Identifier: Apache-2.0
//
// Keys that are made of the bytes: records with the same bytes share one object.
#include "transfer_fixture.hpp"
#include <fmferry/foundation/digest.hpp>
#include <fmferry/ports/forwarding_store.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <thread>

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

TEST_F(SharedObject, ALargeOneIsReadOnceAlthoughItsNameComesLast) {
  for (const std::size_t length : {65U, 127U, 128U, 129U, 1000U}) {
    const std::string body = "JPG " + std::string(length - 5, 'x') + ".";
    const auto id = world_.add({{"Full", body}});
    const auto before = fetches_;
    run_ok();
    EXPECT_EQ(fate(id), "moved");
    EXPECT_EQ(world_.stored(key_for(body)), body);
    EXPECT_EQ(fetches_, before + 1);
  }
}

TEST_F(SharedObject, ALargeOneIsSentOnce) {
  const auto first = world_.add({{"Full", large_}});
  const auto second = world_.add({{"Full", large_}});
  run_ok();
  EXPECT_EQ(fate(first), "moved");
  EXPECT_EQ(fate(second), "moved");
  EXPECT_THAT(world_.store.objects(), SizeIs(1));
  EXPECT_EQ(world_.store.objects().at(key_for(large_)).writes, 1);
}

TEST_F(SharedObject, OfALargeOneThatIsDamagedNothingIsStored) {
  const auto id = world_.add({{"Full", large_ + "CUT"}});
  run_ok();
  EXPECT_EQ(fate(id), "corrupt truncated");
  EXPECT_THAT(world_.store.objects(), IsEmpty());
}

// A store whose first proof fails, which takes the object away again: as one over S3 does that must
// read back what it sent.
class DoubtfulStore final : public ForwardingStore {
 public:
  DoubtfulStore(ObjectStore& inner, World& world) : ForwardingStore(inner), world_(world) {}

  Result<Receipt> put(const std::string& key,
                      ByteView body,
                      const PutOptions& options,
                      const CallContext& context) override {
    auto receipt = inner().put(key, body, options, context);
    if (!receipt || had_one_.exchange(true)) return receipt;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    believers = world_.counts().fates[Fate::moved];
    world_.store.erase(key);
    return fail(ErrorKind::corrupt, "the store gave back other bytes than were sent");
  }

  std::atomic<std::int64_t> believers{0};

 private:
  World& world_;
  std::atomic<bool> had_one_{false};
};

TEST_F(SharedObject, NobodyBelievesInItBeforeItIsProven) {
  world_.settings.width = 4;
  for (int i = 0; i < 8; ++i) world_.add({{"Full", k_good}});
  const Job plain = world_.job();
  DoubtfulStore store(plain.store, world_);
  const Status status = world_.run(with_store(plain, store));
  ASSERT_TRUE(status) << to_line(status.error());
  EXPECT_EQ(store.believers, 0);
  EXPECT_EQ(world_.counts().fates[Fate::moved], 8);
  EXPECT_EQ(world_.stored(key_for(k_good)), k_good);
}

class DamagedShare : public SharedObject, public testing::WithParamInterface<std::size_t> {
 protected:
  // As `unstamp` does with a record whose object is not what it was.
  void take_up_again(RecordId id) {
    const StepUpdate update{.record_id = id,
                            .step = Step::unstamped,
                            .fate = Fate::pending,
                            .reason = std::string(),
                            .stamped_at = std::string()};
    ASSERT_TRUE(world_.ledger->record(std::span(&update, 1)));
  }

  const std::string body_ = "JPG " + std::string(GetParam(), 'x') + ".";
};

TEST_P(DamagedShare, IsReplacedByARecordThatHadIt) {
  const auto id = world_.add({{"Full", body_}});
  run_ok();
  std::string altered = body_;
  altered[10] = 'y';
  world_.store.set(key_for(body_), altered);
  take_up_again(id);
  run_ok();
  EXPECT_EQ(fate(id), "moved");
  EXPECT_EQ(world_.stored(key_for(body_)), body_);
}

TEST_P(DamagedShare, WaitsForThatRecordWhenAnotherComesFirst) {
  const auto another = world_.add({{"Full", "JPG a text to begin with."}});
  const auto owner = world_.add({{"Full", body_}});
  run_ok();
  world_.store.set(key_for(body_), "JPG altered.");
  world_.source.edit(another, [&](MemoryRecord& r) { r.bodies["Full"] = body_; });
  take_up_again(another);
  take_up_again(owner);
  run_ok();
  EXPECT_EQ(fate(another), "moved");
  EXPECT_EQ(fate(owner), "moved");
  EXPECT_EQ(world_.row(another).stored->key, key_for(body_));
  EXPECT_EQ(world_.stored(key_for(body_)), body_);
}

INSTANTIATE_TEST_SUITE_P(SmallAndLarge, DamagedShare, testing::Values(20U, 300U));

}  // namespace
}  // namespace fmferry::test
