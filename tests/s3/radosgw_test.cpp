// SPDX-License-Identifier: Apache-2.0
#include "radosgw.hpp"

#include "../contract/object_store_contract.hpp"
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/file.hpp>
#include <fmferry/s3/s3_client.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

// What is particular to S3, on a real server; what every store does is in the contract.
namespace fmferry::s3 {
namespace {

using contract::made_bytes;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Result<Receipt> put(ObjectStore& store, const std::string& key, ByteView body) {
  return store.put(key, body, {.content_type = "image/jpeg", .sha256 = sha256(body)}, {});
}

Error probe_error(const S3Options& options, std::shared_ptr<CredentialsProvider> credentials) {
  auto store = open_s3_object_store(options, std::move(credentials), system_clock());
  if (!store) return store.error();
  const Status status = (*store)->probe({});
  if (status) {
    ADD_FAILURE() << "probing worked";
    return {};
  }
  return status.error();
}

std::shared_ptr<CredentialsProvider> keys(const std::string& id, const std::string& secret) {
  return std::make_shared<StaticCredentials>(
      AwsCredentials{.access_key_id = id, .secret_access_key = Secret(secret)});
}

class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(std::chrono::minutes shift) : shift_(shift) {}

  std::chrono::steady_clock::time_point now() override { return system_clock().now(); }

  std::chrono::system_clock::time_point wall() override { return system_clock().wall() + shift_; }

  bool sleep_for(std::chrono::milliseconds, const std::stop_token&) override { return true; }

 private:
  std::chrono::minutes shift_;
};

// Of the object's bytes as they come back; an error's text when they don't.
std::string hash_in(ObjectStore& store, const std::string& key) {
  Hasher hasher;
  const ByteSink sink = [&hasher](ByteView bytes) -> Status {
    hasher.update(bytes);
    return {};
  };
  const auto info = store.get(key, sink, {});
  return info ? to_hex(hasher.finish()) : to_line(info.error());
}

TEST(Radosgw, ProvesBySignedHashAndRefusesToOverwrite) {
  const auto store = probed(radosgw().options(new_bucket()));
  ASSERT_NE(store, nullptr);
  EXPECT_EQ(store->capabilities().proof, Proof::signed_hash);
  EXPECT_TRUE(store->capabilities().conditional_put);
}

TEST(Radosgw, AVersionedBucketIsSeenNotToRefuse) {
  const std::string bucket = new_bucket();
  turn_versioning_on(bucket);
  const auto store = probed(radosgw().options(bucket));
  ASSERT_NE(store, nullptr);
  EXPECT_FALSE(store->capabilities().conditional_put);
}

TEST(Radosgw, TheEtagOfAPutIsItsMd5) {
  const auto store = probed(radosgw().options(new_bucket()));
  ASSERT_NE(store, nullptr);
  const auto receipt = put(*store, "a.jpg", "bytes");
  ASSERT_TRUE(receipt) << to_line(receipt.error());
  EXPECT_EQ(receipt->etag, to_hex(md5("bytes")));
}

TEST(Radosgw, ThePrefixIsPutBeforeEveryKey) {
  const std::string bucket = new_bucket();
  S3Options options = radosgw().options(bucket);
  options.prefix = "/filemaker-import/dump/";
  const auto store = probed(options);
  ASSERT_NE(store, nullptr);
  ASSERT_TRUE(put(*store, "1.jpg", "bytes"));
  EXPECT_EQ(store->identity(), "s3://" + bucket + "/filemaker-import/dump");
  const auto got =
      signed_curl({radosgw().endpoint + "/" + bucket + "/filemaker-import/dump/1.jpg"});
  EXPECT_EQ(got.output, "bytes");
}

TEST(Radosgw, KeepsTypeAndHashBesideTheBytes) {
  const std::string bucket = new_bucket();
  const auto store = probed(radosgw().options(bucket));
  ASSERT_NE(store, nullptr);
  ASSERT_TRUE(put(*store, "a.jpg", "bytes"));
  const auto head = signed_curl({"--head", radosgw().endpoint + "/" + bucket + "/a.jpg"});
  EXPECT_THAT(head.output, HasSubstr("Content-Type: image/jpeg"));
  EXPECT_THAT(head.output, HasSubstr("x-amz-meta-sha256: " + to_hex(sha256("bytes"))));
}

TEST(Radosgw, AWrongSecretIsDenied) {
  const Error error =
      probe_error(radosgw().options(new_bucket()), keys(radosgw().access_key_id, "wrong"));
  EXPECT_EQ(error.kind, ErrorKind::denied);
  EXPECT_THAT(error.what, HasSubstr("secret access key"));
}

TEST(Radosgw, AnUnknownKeyIdIsDenied) {
  const Error error = probe_error(radosgw().options(new_bucket()), keys("NOBODY", "wrong"));
  EXPECT_EQ(error.kind, ErrorKind::denied);
  EXPECT_THAT(error.what, HasSubstr("access key id"));
}

TEST(Radosgw, AMissingBucketIsNamed) {
  const Error error = probe_error(radosgw().options("no-such-bucket"), radosgw().credentials());
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_THAT(error.what, AllOf(HasSubstr("'no-such-bucket'"), HasSubstr("create it")));
}

TEST(Radosgw, AWrongClockIsToldInMinutes) {
  ShiftedClock slow(std::chrono::minutes(-90));
  auto store = open_s3_object_store(radosgw().options(new_bucket()), radosgw().credentials(), slow);
  ASSERT_TRUE(store);
  const Status status = (*store)->probe({});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::denied);
  EXPECT_THAT(status.error().what, HasSubstr("90 minutes behind"));
}

TEST(Radosgw, AServerThatIsNotThereIsUnavailable) {
  S3Options options = radosgw().options("bucket");
  options.endpoint = "http://127.0.0.1:9";
  EXPECT_EQ(probe_error(options, radosgw().credentials()).kind, ErrorKind::unavailable);
}

TEST(Radosgw, ListingAMissingBucketIsAnError) {
  auto store = open_s3_object_store(
      radosgw().options("no-such-bucket"), radosgw().credentials(), system_clock());
  ASSERT_TRUE(store);
  const auto page = (*store)->list("", "", {});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::invalid);
}

TEST(Radosgw, AnUploadOfTwentyMegabytesHasTheCompositeEtag) {
  const auto store = probed(radosgw().options(new_bucket()));
  ASSERT_NE(store, nullptr);
  const std::string body = made_bytes(20'000'000, 20);
  const auto part_size = static_cast<std::size_t>(store->capabilities().part_size);
  auto upload = store->begin("film.mp4", {}, {});
  ASSERT_TRUE(upload) << to_line(upload.error());
  std::string digests;
  for (std::size_t at = 0; at < body.size(); at += part_size) {
    ASSERT_TRUE((*upload)->write(std::string_view(body).substr(at, part_size), {}));
    digests += md5(std::string_view(body).substr(at, part_size));
  }
  const auto receipt = (*upload)->finish(sha256(body), {});
  ASSERT_TRUE(receipt) << to_line(receipt.error());
  EXPECT_EQ(receipt->etag, to_hex(md5(digests)) + "-3");
  EXPECT_EQ(receipt->proof, Proof::signed_hash);
  EXPECT_EQ(hash_in(*store, "film.mp4"), to_hex(sha256(body)));
}

TEST(Radosgw, AnAbandonedUploadLeavesNoParts) {
  const std::string bucket = new_bucket();
  const auto store = probed(radosgw().options(bucket));
  ASSERT_NE(store, nullptr);
  const std::string uploads = radosgw().endpoint + "/" + bucket + "?uploads=";
  {
    auto upload = store->begin("film.mp4", {}, {});
    ASSERT_TRUE(upload) << to_line(upload.error());
    ASSERT_TRUE((*upload)->write("bytes", {}));
    EXPECT_THAT(signed_curl({uploads}).output, HasSubstr("<Key>film.mp4</Key>"));
  }
  EXPECT_THAT(signed_curl({uploads}).output,
              AllOf(HasSubstr("ListMultipartUploadsResult"), Not(HasSubstr("film.mp4"))));
}

TEST(Radosgw, AnUploadToldItsHashKeepsItBesideTheBytes) {
  const auto store = probed(radosgw().options(new_bucket()));
  ASSERT_NE(store, nullptr);
  auto upload = store->begin("film.mp4", {.sha256 = sha256("bytes")}, {});
  ASSERT_TRUE(upload) << to_line(upload.error());
  ASSERT_TRUE((*upload)->write("bytes", {}));
  ASSERT_TRUE((*upload)->finish(sha256("bytes"), {}));
  EXPECT_EQ(to_hex(store->head("film.mp4", {})->sha256), to_hex(sha256("bytes")));
}

TEST(Radosgw, EncryptionThatTheServerIgnoresIsFoundOut) {
  S3Options options = radosgw().options(new_bucket());
  options.encryption = Encryption::aes256;  // Ceph 16 takes the header and stores plain bytes
  const Error error = probe_error(options, radosgw().credentials());
  EXPECT_EQ(error.kind, ErrorKind::invalid);
  EXPECT_THAT(error.what, AllOf(HasSubstr("AES256"), HasSubstr("ignores")));
}

TEST(Radosgw, EncryptsWithANamedKey) {
  const std::string bucket = new_bucket();
  S3Options options = radosgw().options(bucket);
  options.encryption = Encryption::kms;
  options.kms_key_id = "testkey-1";
  const auto store = probed(options);
  ASSERT_NE(store, nullptr);
  const auto receipt = put(*store, "a.jpg", "bytes");
  ASSERT_TRUE(receipt) << to_line(receipt.error());
  const auto head = signed_curl({"--head", radosgw().endpoint + "/" + bucket + "/a.jpg"});
  EXPECT_THAT(head.output, HasSubstr("x-amz-server-side-encryption: aws:kms"));
  EXPECT_THAT(head.output, HasSubstr("testkey-1"));
}

TEST(Radosgw, AnUnknownEncryptionKeyFailsTheProbe) {
  S3Options options = radosgw().options(new_bucket());
  options.encryption = Encryption::kms;
  options.kms_key_id = "no-such-key";
  EXPECT_NE(probe_error(options, radosgw().credentials()).what, "");
}

TEST(Radosgw, APresignedGetWorksWithoutKeysAndOnlyAsSigned) {
  const auto store = probed(radosgw().options(new_bucket()));
  ASSERT_NE(store, nullptr);
  const std::string key = "odd (1)/a+b & c%20d=ü.jpg";
  ASSERT_TRUE(put(*store, key, "bytes"));
  const auto url = store->presign("GET", key, std::chrono::minutes(5));
  ASSERT_TRUE(url) << to_line(url.error());
  const auto got = run({"curl", "--silent", "--fail-with-body", "--path-as-is", *url});
  EXPECT_EQ(got.status, 0);
  EXPECT_EQ(got.output, "bytes");
  EXPECT_THAT(run({"curl", "--silent", "--upload-file", "/dev/null", *url}).output,
              HasSubstr("SignatureDoesNotMatch"));
  std::string altered = *url;
  altered.replace(altered.find("X-Amz-Expires=300"), 17, "X-Amz-Expires=900");
  EXPECT_THAT(run({"curl", "--silent", altered}).output, HasSubstr("SignatureDoesNotMatch"));
}

TEST(Radosgw, APresignedPutStores) {
  const auto store = probed(radosgw().options(new_bucket()));
  ASSERT_NE(store, nullptr);
  const auto url = store->presign("PUT", "pushed.jpg", std::chrono::minutes(5));
  ASSERT_TRUE(url) << to_line(url.error());
  const auto sent = run({"curl",
                         "--silent",
                         "--fail-with-body",
                         "--request",
                         "PUT",
                         "--header",
                         "Content-Type: image/png",
                         "--data-binary",
                         "pushed bytes",
                         *url});
  EXPECT_EQ(sent.status, 0) << sent.output;
  EXPECT_EQ(hash_in(*store, "pushed.jpg"), to_hex(sha256("pushed bytes")));
}

TEST(Radosgw, APresignedUrlRunsOut) {
  ShiftedClock past(std::chrono::minutes(-10));
  auto store = open_s3_object_store(radosgw().options(new_bucket()), radosgw().credentials(), past);
  ASSERT_TRUE(store);
  const auto url = (*store)->presign("GET", "a", std::chrono::minutes(5));
  ASSERT_TRUE(url);
  EXPECT_THAT(run({"curl", "--silent", *url}).output, HasSubstr("AccessDenied"));
  EXPECT_FALSE((*store)->presign("GET", "a", std::chrono::hours(169)));
}

TEST(Radosgw, ACertificateThatNobodyVouchesForIsRefused) {
  S3Options options = radosgw().options(new_bucket());
  options.endpoint = radosgw().tls_endpoint;
  const Error error = probe_error(options, radosgw().credentials());
  EXPECT_EQ(error.kind, ErrorKind::denied);
  EXPECT_THAT(error.what, HasSubstr("certificate"));
}

TEST(Radosgw, AnObjectPutByOthersHasNoHash) {
  const std::string bucket = new_bucket();
  const auto store = probed(radosgw().options(bucket));
  ASSERT_NE(store, nullptr);
  ASSERT_EQ(signed_curl({"--request",
                         "PUT",
                         "--header",
                         "Content-Type: text/plain",
                         "--data-raw",
                         "x",
                         radosgw().endpoint + "/" + bucket + "/foreign"})
                .status,
            0);
  const auto info = store->head("foreign", {});
  ASSERT_TRUE(info) << to_line(info.error());
  EXPECT_EQ(info->sha256, "");
}

TEST(Radosgw, AwscliReadsWhatWeWrote) {
  if (::access("/usr/bin/aws", X_OK) != 0) FAIL() << "awscli is not installed";
  const std::string bucket = new_bucket();
  const auto store = probed(radosgw().options(bucket));
  ASSERT_NE(store, nullptr);
  const std::string body = made_bytes(300'000, 21);
  const std::string key = "für awscli/a+b (1).jpg";
  ASSERT_TRUE(put(*store, key, body));
  const auto file = std::filesystem::path(testing::TempDir()) / (bucket + ".awscli");
  const auto got = run({"/usr/bin/env",
                        "AWS_ACCESS_KEY_ID=" + radosgw().access_key_id,
                        "AWS_SECRET_ACCESS_KEY=" + radosgw().secret_access_key,
                        "AWS_DEFAULT_REGION=" + radosgw().region,
                        "/usr/bin/aws",
                        "--endpoint-url",
                        radosgw().endpoint,
                        "s3",
                        "cp",
                        "s3://" + bucket + "/" + key,
                        file.string()});
  ASSERT_EQ(got.status, 0) << got.output;
  const auto read = read_file(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_hex(sha256(*read)), to_hex(sha256(body)));
  std::filesystem::remove(file);
}

TEST(S3Address, HasABucketAndPerhapsAPrefix) {
  const auto address = parse_s3_address("s3://photos/a/b");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->bucket, "photos");
  EXPECT_EQ(address->prefix, "a/b");
  EXPECT_EQ(parse_s3_address("s3://photos")->prefix, "");
  EXPECT_FALSE(parse_s3_address("s3://"));
  EXPECT_FALSE(parse_s3_address("https://photos"));
}

TEST(S3Address, FollowsTheStyle) {
  const auto url = [](const S3Options& options) {
    const auto address = bucket_address(options, "eu-west-1");
    return address ? address->origin() + address->path_of("a b/c") : to_line(address.error());
  };
  EXPECT_EQ(url({.bucket = "photos"}), "https://photos.s3.eu-west-1.amazonaws.com/a%20b/c");
  EXPECT_EQ(url({.bucket = "my.photos"}), "https://s3.eu-west-1.amazonaws.com/my.photos/a%20b/c");
  EXPECT_EQ(url({.bucket = "photos", .endpoint = "https://s3.clinic.example:443"}),
            "https://s3.clinic.example/photos/a%20b/c");
  EXPECT_EQ(url({.bucket = "photos",
                 .endpoint = "http://localhost:8000/",
                 .addressing = Addressing::virtual_host}),
            "http://photos.localhost:8000/a%20b/c");
  EXPECT_THAT(url({.bucket = "photos", .endpoint = "http://s3.clinic.example"}),
              HasSubstr("plain http"));
  EXPECT_THAT(url({.bucket = "photos", .endpoint = "https://host/path"}), HasSubstr("endpoint"));
  EXPECT_THAT(url({.bucket = "pho/tos"}), HasSubstr("no bucket name"));
}

TEST(S3Options, AreChecked) {
  const auto opens = [](S3Options options) {
    options.bucket = "photos";
    return open_s3_object_store(std::move(options), keys("a", "b"), system_clock()).has_value();
  };
  EXPECT_TRUE(opens({}));
  EXPECT_FALSE(opens({.part_size = 1 << 20}));
  EXPECT_FALSE(opens({.kms_key_id = "key"}));
  EXPECT_FALSE(opens({.prefix = "a/../b"}));
}

}  // namespace
}  // namespace fmferry::s3
