// SPDX-License-Identifier: Apache-2.0
#include "object_store_contract.hpp"

#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

namespace fmferry::contract {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAreArray;

template <class T>
std::string outcome(const Result<T>& result) {
  return result ? "ok" : std::string(name_of(result.error().kind));
}

ByteSink nowhere() {
  return [](ByteView) -> Status { return {}; };
}

// Runs `work(i)` for i in [0, count) on `width` threads.
void on_threads(int width, int count, const std::function<void(int)>& work) {
  std::atomic<int> next{0};
  std::vector<std::jthread> threads;
  for (int t = 0; t < width; ++t) {
    threads.emplace_back([&] {
      for (int i = next++; i < count; i = next++) work(i);
    });
  }
}

}  // namespace

std::string made_bytes(std::size_t length, std::uint32_t seed) {
  std::string bytes(length, '\0');
  std::uint32_t state = seed * 2654435761U + 1U;
  for (char& c : bytes) {
    state ^= state << 13U;
    state ^= state >> 17U;
    state ^= state << 5U;
    c = static_cast<char>(state & 0xFFU);
  }
  return bytes;
}

void ObjectStoreContract::SetUp() {
  store_ = GetParam().make();
  ASSERT_NE(store_, nullptr);
  const Status probed = store_->probe(context_);
  ASSERT_TRUE(probed) << to_line(probed.error());
}

Result<Receipt> ObjectStoreContract::put(const std::string& key,
                                         ByteView body,
                                         bool only_if_absent) {
  const PutOptions options{
      .content_type = "image/jpeg", .sha256 = sha256(body), .only_if_absent = only_if_absent};
  return store_->put(key, body, options, context_);
}

Result<Receipt> ObjectStoreContract::upload(const std::string& key,
                                            ByteView body,
                                            bool only_if_absent) {
  const PutOptions options{.content_type = "application/pdf", .only_if_absent = only_if_absent};
  FMF_TRY_ASSIGN(auto upload, store_->begin(key, options, context_));
  const auto part_size = static_cast<std::size_t>(store_->capabilities().part_size);
  for (std::size_t at = 0; at < body.size(); at += part_size) {
    FMF_TRY(upload->write(body.substr(at, part_size), context_));
  }
  return upload->finish(sha256(body), context_);
}

std::string ObjectStoreContract::bytes_at(const std::string& key) {
  std::string bytes;
  const ByteSink sink = [&bytes](ByteView more) -> Status {
    bytes.append(more);
    return {};
  };
  const auto info = store_->get(key, sink, context_);
  if (!info) {
    return "ERROR " + std::string(name_of(info.error().kind)) + ": " + to_line(info.error());
  }
  EXPECT_EQ(info->length, static_cast<std::int64_t>(bytes.size()));
  return bytes;
}

std::vector<std::string> ObjectStoreContract::keys_below(const std::string& prefix) {
  std::vector<std::string> keys;
  std::string token;
  for (int page_number = 0; page_number < 1000; ++page_number) {
    const auto page = store_->list(prefix, token, context_);
    if (!page) {
      ADD_FAILURE() << to_line(page.error());
      return keys;
    }
    for (const auto& object : page->objects) {
      if (!object.key.starts_with(".fmferry/")) keys.push_back(object.key);
    }
    token = page->next;
    if (token.empty()) return keys;
  }
  ADD_FAILURE() << "the listing of '" << prefix << "' has no end";
  return keys;
}

TEST_P(ObjectStoreContract, GivesBackTheBytesThatWerePut) {
  const std::string body = made_bytes(100'000, 1);
  const auto receipt = put("photos/4711.jpg", body);
  ASSERT_TRUE(receipt) << to_line(receipt.error());
  EXPECT_TRUE(bytes_at("photos/4711.jpg") == body);
}

TEST_P(ObjectStoreContract, AReceiptSaysWhatTheStoreHoldsAndHowItIsKnown) {
  const std::string body = made_bytes(5'000, 2);
  const auto receipt = put("a.jpg", body);
  ASSERT_TRUE(receipt) << to_line(receipt.error());
  EXPECT_EQ(receipt->length, 5'000);
  EXPECT_EQ(to_hex(receipt->sha256), to_hex(sha256(body)));
  EXPECT_EQ(name_of(receipt->proof), name_of(store_->capabilities().proof));
}

TEST_P(ObjectStoreContract, HeadDescribesTheObject) {
  const std::string body = made_bytes(777, 3);
  const auto receipt = put("folder/b.jpg", body);
  ASSERT_TRUE(receipt) << to_line(receipt.error());

  const auto info = store_->head("folder/b.jpg", context_);

  ASSERT_TRUE(info) << to_line(info.error());
  EXPECT_EQ(info->key, "folder/b.jpg");
  EXPECT_EQ(info->length, 777);
  EXPECT_EQ(info->etag, receipt->etag);
  EXPECT_EQ(info->content_type, GetParam().traits.keeps_content_type ? "image/jpeg" : "");
  EXPECT_EQ(to_hex(info->sha256), GetParam().traits.head_tells_sha256 ? to_hex(sha256(body)) : "");
}

TEST_P(ObjectStoreContract, KeepsAnEmptyBody) {
  const auto receipt = put("empty", "");
  ASSERT_TRUE(receipt) << to_line(receipt.error());
  EXPECT_EQ(receipt->length, 0);
  EXPECT_EQ(bytes_at("empty"), "");
}

TEST_P(ObjectStoreContract, RefusesToOverwriteWhenAskedNotTo) {
  ASSERT_TRUE(put("once", "first"));
  EXPECT_EQ(outcome(put("once", "second")), "conflict");
  EXPECT_EQ(bytes_at("once"), "first");
}

TEST_P(ObjectStoreContract, RefusesToOverwriteEvenWithTheSameBytes) {
  ASSERT_TRUE(put("once", "same"));
  EXPECT_EQ(outcome(put("once", "same")), "conflict");
}

TEST_P(ObjectStoreContract, OverwritesWhenAllowed) {
  ASSERT_TRUE(put("twice", "first"));
  ASSERT_TRUE(put("twice", "second, longer", false));
  EXPECT_EQ(bytes_at("twice"), "second, longer");
}

TEST_P(ObjectStoreContract, StoresNothingWhenTheBytesAreNotTheOnesAnnounced) {
  const PutOptions options{.sha256 = sha256("other bytes")};
  EXPECT_EQ(outcome(store_->put("damaged", "bytes", options, context_)), "corrupt");
  EXPECT_EQ(outcome(store_->head("damaged", context_)), "not_found");
}

TEST_P(ObjectStoreContract, KeepsTheOldObjectWhenTheNewBytesAreNotTheOnesAnnounced) {
  ASSERT_TRUE(put("kept", "first"));
  const PutOptions options{.sha256 = sha256("second"), .only_if_absent = false};
  EXPECT_EQ(outcome(store_->put("kept", "sec0nd", options, context_)), "corrupt");
  EXPECT_EQ(bytes_at("kept"), "first");
}

TEST_P(ObjectStoreContract, RefusesAPutWithoutItsHash) {
  EXPECT_EQ(outcome(store_->put("unproved", "bytes", PutOptions{}, context_)), "invalid");
  EXPECT_EQ(outcome(store_->head("unproved", context_)), "not_found");
}

TEST_P(ObjectStoreContract, RefusesAPutThatIsLargerThanAPart) {
  const std::string body(static_cast<std::size_t>(store_->capabilities().part_size) + 1, 'x');
  EXPECT_EQ(outcome(put("large", body)), "invalid");
}

TEST_P(ObjectStoreContract, ReportsAMissingKeyAsNotFound) {
  EXPECT_EQ(outcome(store_->head("no/such/key", context_)), "not_found");
  EXPECT_EQ(outcome(store_->get("no/such/key", nowhere(), context_)), "not_found");
}

TEST_P(ObjectStoreContract, AFolderIsNoObject) {
  ASSERT_TRUE(put("folder/file", "x"));
  EXPECT_EQ(outcome(store_->head("folder", context_)), "not_found");
  EXPECT_EQ(outcome(store_->get("folder", nowhere(), context_)), "not_found");
}

TEST_P(ObjectStoreContract, TheSinksErrorEndsTheReading) {
  ASSERT_TRUE(put("read", made_bytes(300'000, 4)));
  const ByteSink full = [](ByteView) -> Status { return fail(ErrorKind::budget, "enough"); };
  EXPECT_EQ(outcome(store_->get("read", full, context_)), "budget");
}

TEST_P(ObjectStoreContract, RefusesKeysThatNoStoreCanKeepApart) {
  const std::array<std::string, 10> impossible{"",
                                               "/leading",
                                               "a/../b",
                                               "..",
                                               "a/./b",
                                               "a//b",
                                               "trailing/",
                                               std::string("nul\0l", 5),
                                               "not utf-8 \xC3\x28",
                                               std::string(1025, 'k')};
  for (const auto& key : impossible) {
    EXPECT_EQ(outcome(put(key, "x")), "invalid") << "key: " << key.substr(0, 40);
    EXPECT_EQ(outcome(store_->begin(key, PutOptions{}, context_)), "invalid")
        << "key: " << key.substr(0, 40);
    EXPECT_NE(outcome(store_->get(key, nowhere(), context_)), "ok");
  }
  EXPECT_THAT(keys_below(""), IsEmpty());
}

TEST_P(ObjectStoreContract, KeepsOddKeysApart) {
  const std::vector<std::string> keys{"a b",
                                      "a+b",
                                      "a%20b",
                                      "a%2Bb",
                                      "a&b=c",
                                      "a;b,c",
                                      "(1)!*'$@",
                                      "fünf/größe.jpg",
                                      "患者/写真.png",
                                      "quote\"<tag>&amp;",
                                      "back\\slash",
                                      "hash#mark?query=1",
                                      "tilde~dot.dash-_",
                                      "100%",
                                      "...three dots",
                                      "UUID/5F0E-{x}|^`[y]"};
  for (const auto& key : keys) {
    const auto receipt = put(key, "body of " + key);
    EXPECT_TRUE(receipt) << key << ": " << to_line(receipt.error());
  }
  for (const auto& key : keys) EXPECT_EQ(bytes_at(key), "body of " + key);
  EXPECT_THAT(keys_below(""), UnorderedElementsAreArray(keys));
}

TEST_P(ObjectStoreContract, KeysThatDifferInCaseAreTwoObjectsWhereTheStoreSaysSo) {
  ASSERT_TRUE(put("Photo.JPG", "upper"));
  const bool apart = store_->capabilities().case_sensitive_keys;
  EXPECT_EQ(outcome(put("photo.jpg", "lower")), apart ? "ok" : "conflict");
  EXPECT_EQ(bytes_at("Photo.JPG"), "upper");
}

TEST_P(ObjectStoreContract, ListsInByteOrder) {
  for (const auto* key : {"b", "a/2", "a/10", "a-1", "B", "é", "a/1"}) ASSERT_TRUE(put(key, "x"));
  EXPECT_THAT(keys_below(""), ElementsAre("B", "a-1", "a/1", "a/10", "a/2", "b", "é"));
}

TEST_P(ObjectStoreContract, ListsTheKeysThatBeginWithThePrefix) {
  for (const auto* key : {"in/1", "in/2", "inside", "other", "i"}) ASSERT_TRUE(put(key, "x"));
  EXPECT_THAT(keys_below("in/"), ElementsAre("in/1", "in/2"));
  EXPECT_THAT(keys_below("in"), ElementsAre("in/1", "in/2", "inside"));
  EXPECT_THAT(keys_below("nothing"), IsEmpty());
}

TEST_P(ObjectStoreContract, AListingTellsLengths) {
  ASSERT_TRUE(put("sized", made_bytes(1234, 5)));
  const auto page = store_->list("sized", "", context_);
  ASSERT_TRUE(page) << to_line(page.error());
  ASSERT_EQ(page->objects.size(), 1U);
  EXPECT_EQ(page->objects[0].length, 1234);
}

TEST_P(ObjectStoreContract, ListsEveryKeyOnceOverAllPages) {
  const int count = GetParam().traits.keys_beyond_one_page;
  std::vector<std::string> keys;
  for (int i = 0; i < count; ++i) keys.push_back("many/" + std::to_string(i) + " ä.jpg");
  on_threads(4, count, [&](int i) {
    const auto receipt = put(keys[static_cast<std::size_t>(i)], "x");
    EXPECT_TRUE(receipt) << to_line(receipt.error());
  });
  std::ranges::sort(keys);
  EXPECT_EQ(keys_below("many/"), keys);
}

TEST_P(ObjectStoreContract, ProbingAgainChangesNothing) {
  ASSERT_TRUE(put("before", "x"));
  const auto proof = store_->capabilities().proof;
  ASSERT_TRUE(store_->probe(context_));
  EXPECT_EQ(name_of(store_->capabilities().proof), name_of(proof));
  EXPECT_THAT(keys_below(""), ElementsAre("before"));
}

TEST_P(ObjectStoreContract, ProbingLeavesAtMostOneObjectOfItsOwn) {
  const auto page = store_->list(".fmferry/", "", context_);
  ASSERT_TRUE(page) << to_line(page.error());
  EXPECT_LE(page->objects.size(), 1U);
}

TEST_P(ObjectStoreContract, AnIdentityIsStable) {
  EXPECT_THAT(store_->identity(), testing::HasSubstr("://"));
  EXPECT_EQ(store_->identity(), store_->identity());
}

TEST_P(ObjectStoreContract, UploadsMoreThanAPart) {
  const auto part_size = static_cast<std::size_t>(store_->capabilities().part_size);
  const std::string body = made_bytes(2 * part_size + 12'345, 6);

  const auto receipt = upload("films/long.mp4", body);

  ASSERT_TRUE(receipt) << to_line(receipt.error());
  EXPECT_EQ(receipt->length, static_cast<std::int64_t>(body.size()));
  EXPECT_EQ(to_hex(receipt->sha256), to_hex(sha256(body)));
  EXPECT_TRUE(bytes_at("films/long.mp4") == body);
  const auto info = store_->head("films/long.mp4", context_);
  ASSERT_TRUE(info) << to_line(info.error());
  EXPECT_EQ(info->content_type, GetParam().traits.keeps_content_type ? "application/pdf" : "");
}

TEST_P(ObjectStoreContract, UploadsExactlyOnePart) {
  const std::string body =
      made_bytes(static_cast<std::size_t>(store_->capabilities().part_size), 7);
  ASSERT_TRUE(upload("one-part", body));
  EXPECT_TRUE(bytes_at("one-part") == body);
}

TEST_P(ObjectStoreContract, AnUploadMayTurnOutShortOrEmpty) {
  ASSERT_TRUE(upload("short", "few bytes"));
  ASSERT_TRUE(upload("none", ""));
  EXPECT_EQ(bytes_at("short"), "few bytes");
  EXPECT_EQ(bytes_at("none"), "");
}

TEST_P(ObjectStoreContract, AnUploadIsNotVisibleBeforeItsEnd) {
  auto upload = store_->begin("later", PutOptions{}, context_);
  ASSERT_TRUE(upload) << to_line(upload.error());
  ASSERT_TRUE((*upload)->write("bytes", context_));
  EXPECT_EQ(outcome(store_->head("later", context_)), "not_found");
  EXPECT_THAT(keys_below(""), IsEmpty());
}

TEST_P(ObjectStoreContract, AnAbandonedUploadLeavesNothing) {
  {
    auto upload = store_->begin("abandoned", PutOptions{}, context_);
    ASSERT_TRUE(upload) << to_line(upload.error());
    ASSERT_TRUE((*upload)->write("bytes", context_));
  }
  EXPECT_EQ(outcome(store_->head("abandoned", context_)), "not_found");
  EXPECT_THAT(keys_below(""), IsEmpty());
}

TEST_P(ObjectStoreContract, AnUploadWithAnotherHashThanItsBytesIsNotPublished) {
  auto upload = store_->begin("wrong", PutOptions{}, context_);
  ASSERT_TRUE(upload) << to_line(upload.error());
  ASSERT_TRUE((*upload)->write("bytes", context_));
  EXPECT_EQ(outcome((*upload)->finish(sha256("other"), context_)), "corrupt");
  EXPECT_EQ(outcome(store_->head("wrong", context_)), "not_found");
}

TEST_P(ObjectStoreContract, AnUploadDoesNotOverwriteWhenAskedNotTo) {
  ASSERT_TRUE(put("taken", "first"));
  EXPECT_EQ(outcome(upload("taken", "second")), "conflict");
  EXPECT_EQ(bytes_at("taken"), "first");
}

TEST_P(ObjectStoreContract, AnUploadDoesNotOverwriteWhatCameMeanwhile) {
  auto late = store_->begin("raced", PutOptions{}, context_);
  ASSERT_TRUE(late) << to_line(late.error());
  ASSERT_TRUE((*late)->write("late", context_));
  ASSERT_TRUE(put("raced", "early"));
  EXPECT_EQ(outcome((*late)->finish(sha256("late"), context_)), "conflict");
  EXPECT_EQ(bytes_at("raced"), "early");
}

TEST_P(ObjectStoreContract, AnUploadOverwritesWhenAllowed) {
  ASSERT_TRUE(put("taken", "first"));
  ASSERT_TRUE(upload("taken", "second", false));
  EXPECT_EQ(bytes_at("taken"), "second");
}

TEST_P(ObjectStoreContract, RefusesPartsOfAnotherSize) {
  const auto part_size = static_cast<std::size_t>(store_->capabilities().part_size);
  auto upload = store_->begin("parts", PutOptions{}, context_);
  ASSERT_TRUE(upload) << to_line(upload.error());
  EXPECT_EQ(outcome((*upload)->write(std::string(part_size + 1, 'x'), context_)), "invalid");
  ASSERT_TRUE((*upload)->write("short, so the last", context_));
  EXPECT_EQ(outcome((*upload)->write("one more", context_)), "invalid");
}

TEST_P(ObjectStoreContract, StopsWhenAskedTo) {
  std::stop_source stop;
  stop.request_stop();
  const CallContext stopped{.stop = stop.get_token()};
  const PutOptions options{.sha256 = sha256("x")};
  EXPECT_EQ(outcome(store_->put("stopped", "x", options, stopped)), "cancelled");
  EXPECT_EQ(outcome(store_->head("stopped", stopped)), "cancelled");
  EXPECT_EQ(outcome(store_->list("", "", stopped)), "cancelled");
  EXPECT_EQ(outcome(store_->head("stopped", context_)), "not_found");
}

TEST_P(ObjectStoreContract, ManyThreadsPutAtOnce) {
  const std::vector<std::string> bodies{made_bytes(1, 8), made_bytes(70'000, 9), ""};
  on_threads(8, 40, [&](int i) {
    const auto& body = bodies[static_cast<std::size_t>(i) % bodies.size()];
    const auto receipt = put("threads/" + std::to_string(i), body);
    EXPECT_TRUE(receipt) << to_line(receipt.error());
    EXPECT_TRUE(bytes_at("threads/" + std::to_string(i)) == body);
  });
  EXPECT_EQ(keys_below("threads/").size(), 40U);
}

TEST_P(ObjectStoreContract, OneOfManyRacingPutsWinsWhereTheStoreCanRefuseInOneStep) {
  if (!store_->capabilities().conditional_put) return;  // then only the check before it protects
  std::atomic<int> won{0};
  std::mutex mutex;
  std::set<std::string> winners;
  on_threads(8, 16, [&](int i) {
    const std::string body = "body " + std::to_string(i);
    const auto receipt = put("race", body);
    if (!receipt) {
      EXPECT_EQ(outcome(receipt), "conflict") << to_line(receipt.error());
      return;
    }
    ++won;
    const std::scoped_lock lock(mutex);
    winners.insert(body);
  });
  EXPECT_EQ(won, 1);
  EXPECT_THAT(winners, ElementsAre(bytes_at("race")));
}

TEST_P(ObjectStoreContract, PresignsWhereItSaysSo) {
  ASSERT_TRUE(put("shared", "x"));
  const bool can = store_->capabilities().presign;
  for (const auto* method : {"GET", "PUT"}) {
    const auto url = store_->presign(method, "shared", std::chrono::minutes(5));
    EXPECT_EQ(outcome(url), can ? "ok" : "invalid");
    if (can) {
      EXPECT_THAT(url.value_or(""), testing::StartsWith("http"));
    }
  }
  EXPECT_EQ(outcome(store_->presign("DELETE", "shared", std::chrono::minutes(5))), "invalid");
}

}  // namespace fmferry::contract
