// SPDX-License-Identifier: Apache-2.0
#include "radosgw.hpp"
#include "store_double.hpp"
#include <fmferry/foundation/digest.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

namespace fmferry::s3 {
namespace {

using testing::HasSubstr;

std::unique_ptr<ObjectStore> opened(const StoreDouble& server, const std::string& region = "") {
  const AwsCredentials keys{.access_key_id = "AKID", .secret_access_key = Secret("secret")};
  auto store =
      open_s3_object_store({.bucket = "bucket", .region = region, .endpoint = server.endpoint()},
                           std::make_shared<StaticCredentials>(keys),
                           system_clock());
  EXPECT_TRUE(store);
  return store ? std::move(*store) : nullptr;
}

Result<Receipt> put(ObjectStore& store, const std::string& key, ByteView body) {
  return store.put(key, body, {.sha256 = sha256(body)}, {});
}

Proof proof_found_with(Manners manners) {
  const StoreDouble server(std::move(manners));
  const auto store = opened(server);
  const Status status = store->probe({});
  EXPECT_TRUE(status) << to_line(status.error());
  return store->capabilities().proof;
}

void flip_a_byte(std::string& body) {
  if (!body.empty()) body[body.size() / 2] ^= 1;
}

TEST(StoreProof, AStoreThatReturnsAndChecksChecksumsProvesByThem) {
  EXPECT_EQ(proof_found_with({.returns_checksum = true, .checks_checksum = true}), Proof::checksum);
}

TEST(StoreProof, AChecksumThatIsOnlyEchoedIsNoProof) {
  EXPECT_EQ(proof_found_with({.echoes_checksum = true}), Proof::read_back);
}

TEST(StoreProof, AStoreThatEchoesChecksumsButChecksHashesProvesByTheHash) {
  EXPECT_EQ(proof_found_with({.echoes_checksum = true, .checks_payload_hash = true}),
            Proof::signed_hash);
}

TEST(StoreProof, AStoreThatRefusesWrongHashesProvesByThemAndTheEtag) {
  EXPECT_EQ(proof_found_with({.checks_payload_hash = true}), Proof::signed_hash);
}

TEST(StoreProof, AnEtagThatIsNotTheMd5LeavesOnlyReading) {
  EXPECT_EQ(proof_found_with({.checks_payload_hash = true, .etag_is_md5 = false}),
            Proof::read_back);
}

TEST(StoreProof, AStoreThatBelievesEverythingLeavesOnlyReading) {
  EXPECT_EQ(proof_found_with({}), Proof::read_back);
}

TEST(StoreProof, ARefusalThatStoresNeverthelessIsNoRefusal) {
  // It says 400 to the wrong hash, and yet has the bytes afterwards.
  std::string wrongly_kept;
  const auto lies = [&wrongly_kept](const httplib::Request& request, httplib::Response& response) {
    const bool wrong =
        request.method == "PUT" &&
        request.get_header_value("x-amz-content-sha256") != to_hex(sha256(request.body));
    if (wrong) {
      wrongly_kept = request.body;
      response.status = 400;
      response.set_content("<Error><Code>XAmzContentSHA256Mismatch</Code></Error>", "text/xml");
      return true;
    }
    if (request.method != "GET" || wrongly_kept.empty()) return false;
    response.set_content(wrongly_kept, "text/plain");
    return true;
  };
  EXPECT_EQ(proof_found_with({.instead = lies}), Proof::read_back);
}

TEST(StoreProof, AStoreThatMindsChecksumHeadersIsSpokenToWithout) {
  EXPECT_EQ(proof_found_with({.checks_payload_hash = true, .minds_checksum_header = true}),
            Proof::signed_hash);
}

TEST(StoreProof, AByteFlippedInTheStoreIsCorruptAndLeavesNothing) {
  for (const bool with_checksums : {false, true}) {
    Manners manners{.returns_checksum = with_checksums, .checks_checksum = with_checksums};
    StoreDouble server(manners);
    const auto store = opened(server);
    ASSERT_TRUE(store->probe({}));
    manners.before_storing = flip_a_byte;
    server.behave(manners);

    const auto receipt = put(*store, "photo.jpg", "the true bytes");

    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::corrupt);
    EXPECT_THAT(receipt.error().what, HasSubstr("removed"));
    EXPECT_FALSE(server.bodies().contains("photo.jpg"));
  }
}

TEST(StoreProof, AByteFlippedInAPartIsCorruptAndLeavesNothing) {
  for (const bool with_checksums : {false, true}) {
    Manners manners{.returns_checksum = with_checksums,
                    .checks_checksum = with_checksums,
                    .checks_payload_hash = true};
    StoreDouble server(manners);
    const auto store = opened(server);
    ASSERT_TRUE(store->probe({}));
    manners.before_storing = flip_a_byte;
    server.behave(manners);

    auto upload = store->begin("film.mp4", {}, {});
    ASSERT_TRUE(upload);
    ASSERT_TRUE((*upload)->write("the true bytes", {}));
    const auto receipt = (*upload)->finish(sha256("the true bytes"), {});

    ASSERT_FALSE(receipt);
    EXPECT_EQ(receipt.error().kind, ErrorKind::corrupt);
    EXPECT_FALSE(server.bodies().contains("film.mp4"));
  }
}

TEST(StoreProof, ADamagedObjectThatCannotBeRemovedIsNamed) {
  StoreDouble server({});
  const auto store = opened(server);
  ASSERT_TRUE(store->probe({}));
  server.behave({.before_storing = flip_a_byte,
                 .instead = [](const httplib::Request& request, httplib::Response& response) {
                   if (request.method != "DELETE") return false;
                   response.status = 403;
                   return true;
                 }});
  const auto receipt = put(*store, "photo.jpg", "the true bytes");
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(receipt.error().what, HasSubstr("still there"));
}

TEST(StoreProof, WhenTheEtagNoLongerFitsTheObjectIsRead) {
  StoreDouble server({.checks_payload_hash = true});
  const auto store = opened(server);
  ASSERT_TRUE(store->probe({}));
  ASSERT_EQ(store->capabilities().proof, Proof::signed_hash);
  server.behave({.checks_payload_hash = true, .etag_is_md5 = false});  // the bucket got a KMS key

  const auto receipt = put(*store, "photo.jpg", "bytes");

  ASSERT_TRUE(receipt) << to_line(receipt.error());
  EXPECT_EQ(receipt->proof, Proof::read_back);
}

TEST(StoreProof, AnObjectThatCannotBeReadBackIsInDoubt) {
  StoreDouble server({});
  const auto store = opened(server);
  ASSERT_TRUE(store->probe({}));
  server.behave({.instead = [](const httplib::Request& request, httplib::Response& response) {
    if (request.method != "GET") return false;
    response.status = 503;
    return true;
  }});
  const auto receipt =
      store->put("photo.jpg", "bytes", {.sha256 = sha256("bytes"), .only_if_absent = false}, {});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, ErrorKind::in_doubt);
}

TEST(StoreProof, AnErrorInsideASuccessfulCompletionIsAnError) {
  StoreDouble server({.checks_payload_hash = true});
  const auto store = opened(server);
  ASSERT_TRUE(store->probe({}));
  auto upload = store->begin("film.mp4", {}, {});
  ASSERT_TRUE(upload);
  ASSERT_TRUE((*upload)->write("bytes", {}));
  server.behave({.instead = [](const httplib::Request& request, httplib::Response& response) {
    if (request.method != "POST") return false;
    response.set_content("<?xml version=\"1.0\"?>\n  <Error><Code>InternalError</Code></Error>",
                         "application/xml");
    return true;
  }});
  const auto receipt = (*upload)->finish(sha256("bytes"), {});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, ErrorKind::in_doubt);
  EXPECT_THAT(receipt.error().what, HasSubstr("InternalError"));
}

TEST(StoreProof, TheEndOfAnUploadMayBeAskedForAgain) {
  StoreDouble server({.checks_payload_hash = true});
  const auto store = opened(server);
  ASSERT_TRUE(store->probe({}));
  auto upload = store->begin("film.mp4", {}, {});
  ASSERT_TRUE(upload);
  ASSERT_TRUE((*upload)->write("bytes", {}));
  server.behave({.instead = [](const httplib::Request& request, httplib::Response& response) {
    response.status = 503;
    return request.method == "POST";
  }});
  const auto busy = (*upload)->finish(sha256("bytes"), {});
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().kind, ErrorKind::unavailable);
  server.behave({.checks_payload_hash = true});
  const auto receipt = (*upload)->finish(sha256("bytes"), {});
  ASSERT_TRUE(receipt) << to_line(receipt.error());
  EXPECT_EQ(server.bodies()["film.mp4"], "bytes");
}

TEST(StoreProof, AnEtagLeftOutOfTheCompletionIsAskedFor) {
  StoreDouble server({.checks_payload_hash = true, .hushes_etag = true});
  const auto store = opened(server);
  ASSERT_TRUE(store->probe({}));
  auto upload = store->begin("film.mp4", {}, {});
  ASSERT_TRUE(upload);
  ASSERT_TRUE((*upload)->write("bytes", {}));
  const auto receipt = (*upload)->finish(sha256("bytes"), {});
  ASSERT_TRUE(receipt) << to_line(receipt.error());
  EXPECT_EQ(receipt->proof, Proof::signed_hash);
  EXPECT_EQ(receipt->etag, to_hex(md5(md5("bytes"))) + "-1");
}

TEST(StoreProbe, EncryptionByTheStoreIsAskedForAndSeen) {
  const StoreDouble server({.checks_payload_hash = true, .encrypts = true});
  const AwsCredentials keys{.access_key_id = "AKID", .secret_access_key = Secret("secret")};
  for (const auto kind : {Encryption::aes256, Encryption::kms}) {
    auto store = open_s3_object_store(
        {.bucket = "bucket", .endpoint = server.endpoint(), .encryption = kind},
        std::make_shared<StaticCredentials>(keys),
        system_clock());
    ASSERT_TRUE(store);
    const Status status = (*store)->probe({});
    EXPECT_TRUE(status) << to_line(status.error());
  }
}

TEST(StoreProof, AnAbandonedUploadLeavesNoParts) {
  StoreDouble server({});
  const auto store = opened(server);
  ASSERT_TRUE(store->probe({}));
  {
    auto upload = store->begin("film.mp4", {}, {});
    ASSERT_TRUE(upload);
    ASSERT_TRUE((*upload)->write("bytes", {}));
    EXPECT_EQ(server.open_uploads(), 1U);
  }
  EXPECT_EQ(server.open_uploads(), 0U);
}

// A store in eu-west-1 that answers other regions as AWS does.
bool only_in_eu_west_1(const httplib::Request& request, httplib::Response& response) {
  const auto authorization = request.get_header_value("Authorization");
  if (authorization.find("/eu-west-1/") != std::string::npos) return false;
  response.status = 400;
  response.set_content(
      "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region is wrong; expecting "
      "'eu-west-1'</Message><Region>eu-west-1</Region></Error>",
      "application/xml");
  return true;
}

TEST(StoreProbe, TakesOverTheBucketsRegionWhenNoneWasNamed) {
  const StoreDouble server({.checks_payload_hash = true, .instead = only_in_eu_west_1});
  const auto store = opened(server);
  const Status status = store->probe({});
  ASSERT_TRUE(status) << to_line(status.error());
  EXPECT_TRUE(put(*store, "a", "b"));
}

TEST(StoreProbe, NamesTheRightRegionWhenAnotherWasChosen) {
  const StoreDouble server({.instead = only_in_eu_west_1});
  const Status status = opened(server, "us-east-1")->probe({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::invalid);
  EXPECT_THAT(status.error().what, HasSubstr("set region to 'eu-west-1'"));
}

TEST(StoreProbe, AStoreThatIsDownTeachesNothing) {
  const StoreDouble server({.instead = [](const httplib::Request&, httplib::Response& response) {
    response.status = 503;
    return true;
  }});
  const Status status = opened(server)->probe({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::unavailable);
}

TEST(StoreProbe, APutBeforeProbingIsADefect) {
  const StoreDouble server({});
  const auto receipt = put(*opened(server), "a", "b");
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, ErrorKind::internal);
}

TEST(StoreListing, AFailedOrForeignPageIsAnErrorAndNotTheEnd) {
  StoreDouble server({});
  const auto store = opened(server);
  for (const auto* body :
       {"<html>please log in</html>", "", "<ListBucketResult><IsTruncated>true"}) {
    server.behave({.instead = [body](const httplib::Request&, httplib::Response& response) {
      response.set_content(body, "application/xml");
      return true;
    }});
    const auto page = store->list("", "", {});
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().kind, ErrorKind::corrupt);
  }
}

}  // namespace
}  // namespace fmferry::s3
