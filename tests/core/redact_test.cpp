// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/log.hpp>
#include <fmferry/foundation/secret.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <type_traits>

namespace fmferry {
namespace {

using testing::HasSubstr;
using testing::Not;

class Redactor : public testing::TestWithParam<const char*> {};

TEST_P(Redactor, HidesThePlantedSecret) {
  EXPECT_THAT(redact(GetParam()), Not(HasSubstr("s3cr3t")));
}

INSTANTIATE_TEST_SUITE_P(
    Lines,
    Redactor,
    testing::Values("Authorization: Bearer s3cr3t",
                    "authorization: bearer s3cr3t, and more",
                    "{\"Authorization\":\"Basic s3cr3t==\"}",
                    "Authorization: FMID s3cr3t",
                    "Cookie: X-FMS-Session-Key=s3cr3t; path=/",
                    "Set-Cookie: x-fms-session-key=s3cr3t",
                    "X-FMS-Session-Key: s3cr3t",
                    "X-FM-Data-Access-Token: s3cr3t",
                    "DELETE /fmi/data/vLatest/databases/Clinic/sessions/s3cr3t",
                    "DELETE https://host/fmi/data/v1/databases/Clinic/sessions/s3cr3t failed",
                    "GET https://host/Streaming_SSL/MainDB/s3cr3t.jpg?-db=Clinic",
                    "GET https://host/path?X-Amz-Signature=s3cr3t&x=1",
                    "GET /path/file.jpg?token=s3cr3t HTTP/1.1",
                    "see (https://host/path?q=s3cr3t)",
                    "query name=Ann?x=s3cr3t",
                    "https://user:s3cr3t@host/path",
                    "https://s3cr3t@host",
                    "proxy http://u:p@ss:s3cr3t@proxy:3128 refused",
                    "two: http://a?s3cr3t=1 and http://b?x=s3cr3t",
                    "Authorization: AWS4-HMAC-SHA256 Credential=s3cr3t/2026, Signature=s3cr3t",
                    "x-amz-security-token: s3cr3t",
                    "postgres password=s3cr3t host=x",
                    "line one\nBearer s3cr3t\nline three"));

TEST(RedactorKeeps, WhatHelps) {
  EXPECT_EQ(redact("GET https://host:8443/fmi/data/v1 answered 502 after 3 s"),
            "GET https://host:8443/fmi/data/v1 answered 502 after 3 s");
  EXPECT_EQ(redact("is the field there? look"), "is the field there? look");
  EXPECT_EQ(redact("GET https://host/path?a=b now"), "GET https://host/path now");
}

TEST(SecretType, HasNoStreamOperator) {
  EXPECT_FALSE((std::is_convertible_v<Secret, std::string>));
  EXPECT_EQ(Secret("x").reveal(), "x");
}

}  // namespace
}  // namespace fmferry
