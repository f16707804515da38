// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/s3/sigv4.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace fmferry::s3 {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Keys, bucket, time and signatures of the worked examples in the S3 API reference.
AwsCredentials example_keys() {
  return {.access_key_id = "AKIAIOSFODNN7EXAMPLE",
          .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
}

SigningScope example_scope() {
  using namespace std::chrono_literals;
  return {.time = std::chrono::sys_days{2013y / 5 / 24}, .region = "us-east-1"};
}

SignableRequest example_request(std::string method, std::string path) {
  return {.method = std::move(method),
          .host = "examplebucket.s3.amazonaws.com",
          .path = std::move(path),
          .payload = to_hex(sha256(""))};
}

std::string authorization(const SignableRequest& request) {
  for (const auto& [name, value] : sign_headers(request, example_scope(), example_keys())) {
    if (name == "Authorization") return value;
  }
  return {};
}

TEST(SigV4, SignsTheReferencesGetWithARange) {
  SignableRequest request = example_request("GET", "/test.txt");
  request.headers = {{"Range", "bytes=0-9"}};
  EXPECT_EQ(authorization(request),
            "AWS4-HMAC-SHA256 "
            "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(SigV4, SignsTheReferencesPut) {
  SignableRequest request = example_request("PUT", "/test%24file.text");
  request.headers = {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                     {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
  request.payload = to_hex(sha256("Welcome to Amazon S3."));
  EXPECT_THAT(authorization(request),
              EndsWith("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"));
}

TEST(SigV4, SignsTheReferencesQueryWithoutAValue) {
  SignableRequest request = example_request("GET", "/");
  request.query = {{"lifecycle", ""}};
  EXPECT_THAT(authorization(request),
              EndsWith("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
}

TEST(SigV4, SignsTheReferencesListingInAnyOrderOfTheQuery) {
  SignableRequest request = example_request("GET", "/");
  request.query = {{"prefix", "J"}, {"max-keys", "2"}};
  EXPECT_THAT(authorization(request),
              EndsWith("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

TEST(SigV4, PresignsTheReferencesGet) {
  EXPECT_EQ(presign_query(example_request("GET", "/test.txt"),
                          example_scope(),
                          example_keys(),
                          std::chrono::hours(24)),
            "X-Amz-Algorithm=AWS4-HMAC-SHA256"
            "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
            "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
            "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

TEST(SigV4, SortsTheQueryByEncodedNameAndValue) {
  EXPECT_EQ(canonical_query({{"b", "2"}, {"a b", "x/y"}, {"b", "1"}, {"a", "é+"}, {"A", ""}}),
            "A=&a=%C3%A9%2B&a%20b=x%2Fy&b=1&b=2");
}

TEST(SigV4, JoinsAndTrimsHeaders) {
  SignableRequest request = example_request("GET", "/");
  request.headers = {{"X-Two", " b   c "}, {"x-ONE", "1"}, {"x-two", "d"}};
  EXPECT_THAT(canonical_request(request),
              HasSubstr("\nx-one:1\nx-two:b c,d\n\nhost;x-one;x-two\n"));
}

TEST(SigV4, SignsTheSessionToken) {
  AwsCredentials keys = example_keys();
  keys.session_token = Secret("token/+=");
  const auto headers = sign_headers(example_request("GET", "/"), example_scope(), keys);
  const NameValues::value_type token{"x-amz-security-token", "token/+="};
  EXPECT_THAT(headers, testing::Contains(token));
  EXPECT_THAT(headers.back().second, HasSubstr(";x-amz-security-token, "));
  EXPECT_THAT(
      presign_query(example_request("GET", "/"), example_scope(), keys, std::chrono::minutes(1)),
      HasSubstr("&X-Amz-Security-Token=token%2F%2B%3D&"));
}

TEST(SigV4, AnotherMethodHasAnotherSignature) {
  const auto url = [](const std::string& method) {
    return presign_query(
        example_request(method, "/a"), example_scope(), example_keys(), std::chrono::minutes(1));
  };
  EXPECT_NE(url("GET"), url("PUT"));
  EXPECT_THAT(url("GET"), StartsWith("X-Amz-Algorithm="));
}

}  // namespace
}  // namespace fmferry::s3
