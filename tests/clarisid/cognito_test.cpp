// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/cognito_error.hpp>
#include <fmferry/filemaker/clarisid/cognito_reply.hpp>
#include <fmferry/filemaker/clarisid/user_pool.hpp>

#include <gmock/gmock.h>

// Answers as Cognito writes them, and as nobody should.

namespace fmferry::clarisid {
namespace {

using namespace std::literals;
using testing::HasSubstr;
using testing::Not;

HttpResponse answer(int status, std::string body) {
  return {.status = status, .body = std::move(body)};
}

ErrorKind kind_of(int status, std::string body) {
  const auto reply = read_reply(answer(status, std::move(body)));
  return reply ? ErrorKind::internal : reply.error().kind;
}

std::string refusal(const std::string& type) {
  return R"({"__type":")" + type + R"(","message":"secret text"})";
}

TEST(CognitoReply, HasTokens) {
  const auto reply = read_reply(answer(200, R"({"AuthenticationResult":{"AccessToken":"eyJ.a.c",
      "ExpiresIn":1800,"IdToken":"eyJ.i.d","RefreshToken":"eyJ.r.f","TokenType":"Bearer"},
      "ChallengeParameters":{}})"));
  ASSERT_TRUE(reply && reply->tokens);
  EXPECT_EQ(reply->tokens->id.reveal(), "eyJ.i.d");
  EXPECT_EQ(reply->tokens->refresh.reveal(), "eyJ.r.f");
  EXPECT_EQ(reply->tokens->lifetime, 30min);
}

TEST(CognitoReply, HasAChallenge) {
  const auto reply = read_reply(answer(200, R"({"ChallengeName":"SMS_MFA","Session":"s1",
      "ChallengeParameters":{"USER_ID_FOR_SRP":"u1","CODE_DELIVERY_DESTINATION":"+***33"}})"));
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->tokens);
  EXPECT_EQ(reply->challenge, "SMS_MFA");
  EXPECT_EQ(reply->password.user_id, "u1");
  EXPECT_EQ(reply->delivered_to, "+***33");
  EXPECT_EQ(reply->session.reveal(), "s1");
}

TEST(CognitoReply, IsAnOutageWhenSomethingElseAnswers) {
  for (const auto* body : {"", "<html>", "[]", "{}", R"({"AuthenticationResult":{}})"}) {
    EXPECT_EQ(kind_of(200, body), ErrorKind::unavailable) << body;
  }
  EXPECT_EQ(kind_of(502, "<html>"), ErrorKind::unavailable);
  EXPECT_EQ(kind_of(403, "<html>"), ErrorKind::unavailable);
}

TEST(CognitoReply, TakesNoTokenThatWouldBreakAHeader) {
  EXPECT_EQ(kind_of(200, R"({"AuthenticationResult":{"IdToken":"a\r\nX-Evil: 1"}})"),
            ErrorKind::unavailable);
}

TEST(CognitoReply, ShowsNoDestinationThatCouldFoolATerminal) {
  const auto reply = read_reply(answer(200, R"({"ChallengeName":"SMS_MFA",
      "ChallengeParameters":{"CODE_DELIVERY_DESTINATION":"\u001b[2J"}})"));
  EXPECT_EQ(reply->delivered_to, "");
  EXPECT_EQ(kind_of(200, R"({"ChallengeName":"\u001b[2J"})"), ErrorKind::unavailable);
}

TEST(CognitoError, IsSaidInOurWords) {
  EXPECT_EQ(kind_of(400, refusal("NotAuthorizedException")), ErrorKind::denied);
  EXPECT_EQ(kind_of(400, refusal("com.amazonaws.cognito#UserNotFoundException")),
            ErrorKind::denied);
  EXPECT_EQ(kind_of(400, refusal("PasswordResetRequiredException")), ErrorKind::denied);
  EXPECT_EQ(kind_of(400, refusal("TooManyRequestsException")), ErrorKind::throttled);
  EXPECT_EQ(kind_of(400, refusal("CodeMismatchException")), ErrorKind::conflict);
  EXPECT_EQ(kind_of(400, refusal("NeverHeardOfException")), ErrorKind::invalid);
  EXPECT_EQ(kind_of(500, refusal("InternalErrorException")), ErrorKind::unavailable);
  EXPECT_THAT(error_of(answer(400, refusal("NotAuthorizedException"))).what,
              Not(HasSubstr("secret text")));
}

TEST(CognitoError, BlamesTheClockOnlyWhenItIsFarOff) {
  auto response = answer(400, refusal("NotAuthorizedException"));
  response.headers = {{"Date", "Wed, 05 Mar 2025 09:00:00 GMT"}};
  const auto nine = std::chrono::sys_days{std::chrono::year{2025} / 3 / 5} + 9h;
  EXPECT_THAT(blame_clock(error_of(response), response, nine + 2min).what, HasSubstr("password"));
  EXPECT_THAT(blame_clock(error_of(response), response, nine + 11min).what,
              HasSubstr("clock is 11 minutes ahead"));
  EXPECT_THAT(blame_clock(error_of(response), response, nine - 7min).what,
              HasSubstr("clock is 7 minutes behind"));
}

TEST(UserPool, IsReadFromClarisPage) {
  const auto pool = read_user_pool(answer(200, R"({"errcode":"Ok","errmessage":null,"data":{
      "Region":"us-west-2","UserPool_ID":"us-west-2_ExAmPlE01","Client_ID":"1example2client3id4",
      "API_Host":"api.example.test/2-2","FCC_Host":"console.example.test"},"csrid":null})"));
  ASSERT_TRUE(pool);
  EXPECT_EQ(pool->name(), "ExAmPlE01");
  EXPECT_EQ(pool->client_id, "1example2client3id4");
  EXPECT_EQ(pool->sign_in_url(), "https://cognito-idp.us-west-2.amazonaws.com/");
}

TEST(UserPool, IsNotTakenFromAnythingElse) {
  const auto page = [](std::string_view region, std::string_view id) {
    return answer(200,
                  R"({"data":{"Region":")" + std::string(region) + R"(","UserPool_ID":")" +
                      std::string(id) + R"(","Client_ID":"c"}})");
  };
  EXPECT_TRUE(read_user_pool(page("us-west-2", "us-west-2_A")));
  for (const auto& bad : {page("evil.test/", "us-west-2_A"),
                          page("us-west-2", "noUnderscore"),
                          page("us-west-2", "us-west-2_"),
                          page("", "us-west-2_A"),
                          answer(200, "<html>"),
                          answer(503, "")}) {
    EXPECT_EQ(read_user_pool(bad).error().kind, ErrorKind::unavailable) << bad.body;
  }
}

}  // namespace
}  // namespace fmferry::clarisid
