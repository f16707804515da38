// SPDX-License-Identifier: Apache-2.0
#include <fmferry/s3/answer_error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fmferry::s3 {
namespace {

using testing::HasSubstr;

struct Row {
  int status;
  std::string code;
  ErrorKind kind;
};

HttpResponse answer(int status, const std::string& code) {
  HttpResponse response{.status = status};
  if (!code.empty()) response.body = "<Error><Code>" + code + "</Code></Error>";
  return response;
}

Asked asked(const std::string& method = "PUT") {
  return {.method = method, .bucket = "photos", .region = "us-east-1"};
}

class S3AnswerError : public testing::TestWithParam<Row> {};

TEST_P(S3AnswerError, HasItsKind) {
  const Row& row = GetParam();
  const Error error = answer_error(answer(row.status, row.code), asked("GET"));
  EXPECT_EQ(name_of(error.kind), name_of(row.kind)) << row.status << " " << row.code;
  EXPECT_EQ(error.origin_code, row.status);
  EXPECT_NE(error.what, "");
}

INSTANTIATE_TEST_SUITE_P(
    All,
    S3AnswerError,
    testing::Values(Row{404, "NoSuchKey", ErrorKind::not_found},
                    Row{404, "NoSuchBucket", ErrorKind::invalid},
                    Row{404, "", ErrorKind::invalid},  // a proxy's, not the store's
                    Row{403, "AccessDenied", ErrorKind::denied},
                    Row{403, "", ErrorKind::denied},
                    Row{403, "SignatureDoesNotMatch", ErrorKind::denied},
                    Row{403, "RequestTimeTooSkewed", ErrorKind::denied},
                    Row{400, "ExpiredToken", ErrorKind::denied},
                    Row{400, "XAmzContentSHA256Mismatch", ErrorKind::corrupt},
                    Row{400, "BadDigest", ErrorKind::corrupt},
                    Row{400, "InvalidPart", ErrorKind::corrupt},
                    Row{400, "RequestTimeout", ErrorKind::timeout},
                    Row{400, "AuthorizationHeaderMalformed", ErrorKind::invalid},
                    Row{301, "PermanentRedirect", ErrorKind::invalid},
                    Row{307, "", ErrorKind::invalid},
                    Row{409, "OperationAborted", ErrorKind::conflict},
                    Row{412, "PreconditionFailed", ErrorKind::conflict},
                    Row{429, "", ErrorKind::throttled},
                    Row{500, "InternalError", ErrorKind::unavailable},
                    Row{501, "NotImplemented", ErrorKind::invalid},
                    Row{502, "", ErrorKind::unavailable},
                    Row{503, "SlowDown", ErrorKind::throttled},
                    Row{503, "ServiceUnavailable", ErrorKind::unavailable},
                    Row{504, "", ErrorKind::unavailable},
                    Row{507, "", ErrorKind::budget}));

TEST(S3AnswerErrorText, OnlyAHeadWithoutABodyMayMeanAMissingKey) {
  EXPECT_EQ(answer_error(answer(404, ""), asked("HEAD")).kind, ErrorKind::not_found);
}

TEST(S3AnswerErrorText, KeepsTheStoresWordsOnOneShortLine) {
  HttpResponse response = answer(400, "");
  response.body =
      "<Error><Code>Odd</Code><Message>two\nlines " + std::string(500, 'x') + "</Message></Error>";
  const Error error = answer_error(response, asked());
  EXPECT_THAT(error.what, HasSubstr("[Odd: two lines xxx"));
  EXPECT_LT(error.what.size(), 300U);
}

TEST(S3AnswerErrorText, NamesTheRightRegion) {
  HttpResponse response = answer(301, "PermanentRedirect");
  response.headers = {{"x-amz-bucket-region", "ap-southeast-2"}};
  EXPECT_THAT(answer_error(response, asked()).what,
              HasSubstr("'photos' is in region 'ap-southeast-2', not 'us-east-1'"));
}

TEST(S3AnswerErrorText, SaysHowWrongTheClockIs) {
  using namespace std::chrono_literals;
  HttpResponse response = answer(403, "RequestTimeTooSkewed");
  response.headers = {{"Date", "Sun, 22 Nov 2026 17:00:00 GMT"}};
  Asked late = asked();
  late.time = std::chrono::sys_days{2026y / 11 / 22} + 16h;
  EXPECT_THAT(answer_error(response, late).what, HasSubstr("clock is 60 minutes behind"));
}

TEST(S3AnswerErrorText, PassesOnHowLongToWait) {
  HttpResponse response = answer(503, "SlowDown");
  response.headers = {{"Retry-After", "7"}};
  EXPECT_EQ(answer_error(response, asked()).retry_after, std::chrono::seconds(7));
}

}  // namespace
}  // namespace fmferry::s3
