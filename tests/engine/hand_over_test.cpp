// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/hand_over.hpp>
#include <fmferry/engine/pipeline.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/ports/forwarding_store.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace fmferry::test {
namespace {

using testing::Contains;
using testing::Key;
using testing::StartsWith;

const std::string k_url = "memory://upload/";

// A source that does send its containers itself. `meddle` sees each body before it goes, and may
// change what is told about it.
class MemoryUploader final : public Uploader {
 public:
  explicit MemoryUploader(World& world) : world_(world) {}

  Result<std::vector<UploadResult>> upload(std::span<const UploadJob> jobs,
                                           const CallContext&) override {
    calls.push_back(jobs.size());
    if (before) FMF_TRY(before());
    std::vector<UploadResult> results;
    for (const auto& job : jobs) results.push_back(send(job));
    if (after) FMF_TRY(after());
    return results;
  }

  std::vector<std::size_t> calls;
  bool lose_next{false};  // the next body goes nowhere, and the store is said to have taken it
  std::function<Status()> before;
  std::function<Status()> after;
  std::function<void(const UploadJob&, std::string& body, UploadResult&)> meddle;

 private:
  UploadResult send(const UploadJob& job) {
    const auto row = world_.source.row(job.record_id);
    const auto id = row.record.fields.find("id");
    if (row.record_id == 0 || id->second != job.id) {
      return {.problem = UploadProblem::record_not_found};
    }
    const auto found = row.record.bodies.find(job.container);
    if (found == row.record.bodies.end()) return {.problem = UploadProblem::no_file};
    std::string body = found->second;
    UploadResult result{.problem = UploadProblem::none,
                        .status = 200,
                        .md5 = md5(body),
                        .length = static_cast<std::int64_t>(body.size()),
                        .file_name = "name",
                        .mod_id = row.mod_id};
    if (meddle) meddle(job, body, result);
    if (result.problem == UploadProblem::none) {
      EXPECT_THAT(job.url, StartsWith(k_url + ".fmferry/inbox/"));
      if (!std::exchange(lose_next, false)) {
        world_.store.set(job.url.substr(k_url.size()), body);
      }
    }
    return result;
  }

  World& world_;
};

// The world's store with URLs and copies.
class MemoryCopier final : public ObjectCopier {
 public:
  explicit MemoryCopier(MemoryObjectStore& store) : store_(store) {}

  Result<Receipt> copy(const std::string& from,
                       const std::string& etag,
                       const std::string& to,
                       const PutOptions& options,
                       const CallContext& context) override {
    if (before) before();
    const auto objects = store_.objects();
    const std::string& bytes = objects.at(from).bytes;
    if (to_hex(md5(bytes)) != etag) return fail(ErrorKind::conflict, "it is another by now");
    Receipt receipt{
        .length = static_cast<std::int64_t>(bytes.size()), .sha256 = options.sha256, .etag = etag};
    FMF_TRY(store_.put(to, bytes, options, context));
    return receipt;
  }

  std::function<void()> before;

 private:
  MemoryObjectStore& store_;
};

class StoreWithUrls final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  [[nodiscard]] StoreCapabilities capabilities() const override {
    auto can = inner().capabilities();
    can.presign = has_urls;
    return can;
  }

  Result<Receipt> put(const std::string& key,
                      ByteView body,
                      const PutOptions& options,
                      const CallContext& context) override {
    ADD_FAILURE() << "bytes came by here: " << key;
    return inner().put(key, body, options, context);
  }

  Result<std::unique_ptr<Upload>> begin(const std::string& key,
                                        const PutOptions& options,
                                        const CallContext& context) override {
    ADD_FAILURE() << "bytes came by here: " << key;
    return inner().begin(key, options, context);
  }

  Result<std::string> presign(const std::string&,
                              const std::string& key,
                              std::chrono::seconds) override {
    return k_url + key;
  }

  bool has_urls{true};
};

class HandOver : public testing::Test {
 protected:
  Status run() {
    const Job plain = world_.job();
    StoreWithUrls store(plain.store);
    store.has_urls = has_urls_;
    const InsideWay way{.uploader = uploader_, .copier = copier_};
    return pursue(with_store(plain, store), Goal::everything, {}, &way);
  }

  // Everything but the inbox.
  std::map<std::string, std::string> objects() {
    std::map<std::string, std::string> found;
    for (const auto& [key, object] : world_.store.objects()) {
      if (!key.starts_with(".fmferry/")) found[key] = object.bytes;
    }
    return found;
  }

  World world_;
  MemoryUploader uploader_{world_};
  MemoryCopier copier_{world_.store};
  bool has_urls_{true};
};

TEST_F(HandOver, EndsWhereAPullEnds) {
  World pulled;
  for (World* world : {&world_, &pulled}) {
    world->add({{"Full", k_good}});
    world->add({{"Full", "PNG another."}, {"Large", k_good}});
    world->add({});
    world->add({{"Full", "JPG CUT"}, {"Large", "PNG the second is good."}});
    world->add({{"Full", "JPG CUT"}, {"Thumb", "JPG BAD."}});
    world->add({{"Thumb", ""}});
  }
  ASSERT_TRUE(run());
  ASSERT_TRUE(pulled.run());
  for (RecordId id = 1; id <= 6; ++id) {
    const LedgerRow pushed = world_.row(id);
    const LedgerRow expected = pulled.row(id);
    EXPECT_EQ(pushed.fate, expected.fate) << id;
    EXPECT_EQ(pushed.reason, expected.reason) << id;
    EXPECT_EQ(pushed.choice, expected.choice) << id;
    EXPECT_EQ(pushed.stamped_at, expected.stamped_at) << id;
    ASSERT_EQ(pushed.stored.has_value(), expected.stored.has_value()) << id;
    if (!pushed.stored) continue;
    EXPECT_EQ(pushed.stored->key, expected.stored->key);
    EXPECT_EQ(pushed.stored->sha256, expected.stored->sha256);
    EXPECT_EQ(pushed.stored->media_type, expected.stored->media_type);
    EXPECT_EQ(world_.field(id, "mark"), pulled.field(id, "mark"));
    EXPECT_EQ(world_.field(id, "stamp"), pulled.field(id, "stamp"));
    const auto objects = world_.store.objects();
    EXPECT_EQ(objects.at(pushed.stored->key).content_type, pushed.stored->media_type);
  }
  EXPECT_EQ(world_.progress.bytes, 0) << "none came by here";
}

TEST_F(HandOver, AsksForManyInOneCall) {
  for (int i = 0; i < 45; ++i) world_.add({{"Full", k_good}});
  ASSERT_TRUE(run());
  EXPECT_EQ(uploader_.calls, (std::vector<std::size_t>{20, 20, 5}));
  EXPECT_EQ(world_.counts().fates[Fate::moved], 45);
}

TEST_F(HandOver, TheSameBytesAreStoredOnceWhereTheKeyIsTheirHash) {
  world_.settings.key = *KeyTemplate::parse("by-hash/{sha256}.{ext}");
  for (int i = 0; i < 3; ++i) world_.add({{"Full", k_good}});
  ASSERT_TRUE(run());
  const std::string key = "by-hash/" + to_hex(sha256(k_good)) + ".jpg";
  EXPECT_EQ(objects(), (std::map<std::string, std::string>{{key, k_good}}));
  EXPECT_EQ(world_.store.objects().at(key).writes, 1);
  for (RecordId id = 1; id <= 3; ++id) EXPECT_EQ(world_.row(id).stored->key, key);
}

TEST_F(HandOver, AByteThatChangesOnTheWayIsFoundAndTheRecordIsTriedAgain) {
  world_.add({{"Full", k_good}});
  int sent = 0;
  uploader_.meddle = [&](const UploadJob&, std::string& body, UploadResult&) {
    if (++sent == 1) body[5] ^= 1;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(sent, 2);
  EXPECT_EQ(world_.row(1).tries, 1);
  EXPECT_EQ(objects(), (std::map<std::string, std::string>{{"images/id-1.jpg", k_good}}));
}

TEST_F(HandOver, ABodyCutShortIsFoundByItsLengthAlone) {
  world_.add({{"Full", k_good}});
  int sent = 0;
  uploader_.meddle = [&](const UploadJob&, std::string& body, UploadResult& result) {
    result.md5.clear();
    if (++sent == 1) body = "JPG.";
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.stored("images/id-1.jpg"), k_good);
  EXPECT_EQ(world_.row(1).tries, 1);
}

TEST_F(HandOver, AnUploadThatTheStoreRefusesCostsATryAndInTheEndTheFreedom) {
  world_.add({{"Full", k_good}});
  world_.add({{"Full", k_good}});
  uploader_.meddle = [&](const UploadJob& job, std::string&, UploadResult& result) {
    if (job.record_id == 1) result = {.problem = UploadProblem::refused, .status = 403};
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.row(1).fate, Fate::quarantined);
  EXPECT_EQ(world_.row(1).reason, reason::k_fetch_failed);
  EXPECT_EQ(world_.row(2).fate, Fate::moved);
}

TEST_F(HandOver, AnUploadThatNeverArrivesIsATryAndIsNotStamped) {
  world_.add({{"Full", k_good}});
  world_.add({{"Full", k_good}});
  uploader_.meddle = [&](const UploadJob& job, std::string&, UploadResult&) {
    if (job.record_id == 1) uploader_.lose_next = true;
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.row(1).fate, Fate::quarantined);
  EXPECT_EQ(world_.row(1).reason, reason::k_fetch_failed);
  EXPECT_EQ(world_.row(1).tries, world_.settings.max_tries);
  EXPECT_EQ(world_.field(1, "stamp"), "");
  EXPECT_EQ(world_.row(2).fate, Fate::moved);
}

TEST_F(HandOver, AnswersThatMakeNoSenseCostOnlyTheRecordThatTheyComeWith) {
  for (int i = 0; i < 8; ++i) world_.add({{"Full", k_good}});
  bool garbled = false;
  uploader_.meddle = [&](const UploadJob& job, std::string&, UploadResult&) {
    if (job.record_id == 5) garbled = true;
  };
  uploader_.after = [&]() -> Status {
    if (std::exchange(garbled, false)) return fail(ErrorKind::corrupt, "?");
    return {};
  };
  ASSERT_TRUE(run());
  for (const auto& row : world_.rows()) {
    const bool ill = row.seen.record_id == 5;
    EXPECT_EQ(row.fate, ill ? Fate::quarantined : Fate::moved) << row.seen.record_id;
    EXPECT_EQ(row.tries, ill ? world_.settings.max_tries : 0) << row.seen.record_id;
  }
  EXPECT_EQ(world_.field(5, "stamp"), "");
}

TEST_F(HandOver, AScriptThatNeverMakesSenseEndsTheRun) {
  for (int i = 0; i < 100; ++i) world_.add({{"Full", k_good}});
  uploader_.after = []() -> Status { return fail(ErrorKind::corrupt, "?"); };
  EXPECT_EQ(World::outcome(run()), "invalid");
  EXPECT_EQ(world_.counts().fates[Fate::quarantined], 0);
  EXPECT_TRUE(objects().empty());
}

TEST_F(HandOver, AnEditThatFillsABetterContainerMeanwhileMovesThatOne) {
  world_.add({{"Large", k_good}});
  bool edited = false;
  uploader_.before = [&]() -> Status {
    if (!std::exchange(edited, true)) {
      world_.source.edit(1,
                         [](MemoryRecord& record) { record.bodies["Full"] = "JPG a better one."; });
    }
    return {};
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.stored("images/id-1.jpg"), "JPG a better one.");
  EXPECT_EQ(world_.field(1, "mark"), "Full");
  EXPECT_EQ(world_.row(1).tries, 0);
}

TEST_F(HandOver, AnOutageCostsNoRecordATryAndUsesNewUrls) {
  for (int i = 0; i < 8; ++i) world_.add({{"Full", k_good}});
  std::vector<std::string> urls;
  uploader_.meddle = [&](const UploadJob& job, std::string&, UploadResult&) {
    urls.push_back(job.url);
  };
  int outages = 2;
  uploader_.after = [&]() -> Status {
    if (outages-- > 0) return fail(ErrorKind::unavailable, "the answer was lost");
    return {};
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.counts().fates[Fate::moved], 8);
  for (const auto& row : world_.rows()) EXPECT_EQ(row.tries, 0);
  EXPECT_EQ(uploader_.calls, (std::vector<std::size_t>{8, 4, 2, 6}));
  std::ranges::sort(urls);
  EXPECT_EQ(std::ranges::adjacent_find(urls), urls.end()) << "no URL is given out twice";
}

TEST_F(HandOver, ARecordThatBringsTheSourceDownEachTimeIsFoundAndTheOthersGoOn) {
  for (int i = 0; i < 4; ++i) world_.add({{"Full", k_good}});
  bool deadly = false;
  uploader_.meddle = [&](const UploadJob& job, std::string&, UploadResult&) {
    if (job.record_id == 3) deadly = true;
  };
  uploader_.after = [&]() -> Status {
    if (std::exchange(deadly, false)) return fail(ErrorKind::unavailable, "502");
    return {};
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.row(3).fate, Fate::quarantined);
  EXPECT_EQ(world_.counts().fates[Fate::moved], 3);
}

TEST_F(HandOver, AKeyWithOtherBytesIsNeverOverwritten) {
  world_.add({{"Full", k_good}});
  world_.store.set("images/id-1.jpg", "somebody else's");
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.row(1).fate, Fate::refused);
  EXPECT_EQ(world_.row(1).reason, reason::k_key_taken);
  EXPECT_EQ(world_.stored("images/id-1.jpg"), "somebody else's");
}

TEST_F(HandOver, WhatAKilledRunLeftUnderTheKeyIsTaken) {
  world_.add({{"Full", k_good}});
  world_.store.set("images/id-1.jpg", k_good);
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.row(1).fate, Fate::moved);
}

TEST_F(HandOver, ALateUploadThroughAnOldUrlCannotReachAProvenObject) {
  world_.add({{"Full", k_good}});
  std::string url;
  uploader_.meddle = [&](const UploadJob& job, std::string&, UploadResult&) { url = job.url; };
  ASSERT_TRUE(run());
  world_.store.set(url.substr(k_url.size()), "rubbish");
  EXPECT_EQ(world_.stored("images/id-1.jpg"), k_good);
}

TEST_F(HandOver, AnObjectThatChangesBetweenReadingAndCopyingIsNotTaken) {
  world_.add({{"Full", k_good}});
  std::string inbox;
  uploader_.meddle = [&](const UploadJob& job, std::string&, UploadResult&) {
    inbox = job.url.substr(k_url.size());
  };
  int copies = 0;
  copier_.before = [&] {
    if (++copies == 1) world_.store.set(inbox, "JPG an overwritten one.");
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.stored("images/id-1.jpg"), k_good);
  EXPECT_EQ(world_.row(1).fate, Fate::moved);
}

TEST_F(HandOver, ARecordThatLeftMeanwhileHasVanished) {
  world_.add({{"Full", k_good}});
  world_.add({{"Full", k_good}});
  uploader_.before = [&]() -> Status {
    world_.source.remove(1);
    return {};
  };
  ASSERT_TRUE(run());
  EXPECT_FALSE(world_.row(1).present);
  EXPECT_EQ(world_.row(2).fate, Fate::moved);
}

TEST_F(HandOver, AnEditDuringTheUploadIsNotStampedOver) {
  world_.add({{"Full", k_good}});
  bool edited = false;
  uploader_.after = [&]() -> Status {
    if (!std::exchange(edited, true)) {
      world_.source.edit(1,
                         [](MemoryRecord& record) { record.bodies["Full"] = "JPG a newer one."; });
    }
    return {};
  };
  ASSERT_TRUE(run());
  EXPECT_EQ(world_.stored("images/id-1.jpg"), "JPG a newer one.");
  EXPECT_EQ(world_.field(1, "mark"), "Full");
}

TEST_F(HandOver, AStoreWithoutUrlsIsSaidAtOnce) {
  world_.add({{"Full", k_good}});
  has_urls_ = false;
  EXPECT_EQ(World::outcome(run()), "invalid");
  EXPECT_TRUE(uploader_.calls.empty());
}

}  // namespace
}  // namespace fmferry::test
