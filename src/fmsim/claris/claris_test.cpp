// SPDX-License-Identifier: Apache-2.0
#include <fmsim/accounts.hpp>
#include <fmsim/claris/claris.hpp>
#include <fmsim/digest.hpp>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

// The sign-in's arithmetic is tested beside; clients that know it do the rest in tests/peers.

namespace fmsim::claris {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr Claris::Time k_start{std::chrono::hours(1)};

ServerSettings cloud_settings() {
  ServerSettings settings;
  settings.user = "robot@orchard.test";
  settings.cloud.on = true;
  return settings;
}

struct Cognito {
  ServerSettings settings{cloud_settings()};
  Claris claris{settings};

  json ask(const std::string& what, const json& body, int status = 400) {
    Call call;
    call.method = "POST";
    call.target = "/";
    call.amz_target = "AWSCognitoIdentityProviderService." + what;
    call.content_type = "application/x-amz-json-1.1";
    call.body = body.dump();
    const Reply reply = claris.answer(call, read_target(call.target), k_start);
    EXPECT_EQ(reply.status, status) << reply.body;
    return json::parse(reply.body);
  }

  json begin(const std::string& user, const std::string& srp_a, int status = 400) {
    return ask("InitiateAuth",
               {{"AuthFlow", "USER_SRP_AUTH"},
                {"ClientId", k_client_id},
                {"AuthParameters", {{"USERNAME", user}, {"SRP_A", srp_a}}}},
               status);
  }
};

TEST(CognitoPool, IsNamedByClarisPage) {
  Cognito cognito;
  Call call;
  call.method = "GET";
  call.target = k_pool_path;
  ASSERT_TRUE(Claris::is_asked(call, read_target(call.target)));
  const Reply reply = cognito.claris.answer(call, read_target(call.target), k_start);
  const json data = json::parse(reply.body)["data"];
  EXPECT_EQ(data["UserPool_ID"], k_pool_id);
  EXPECT_EQ(data["Client_ID"], k_client_id);
}

TEST(CognitoPool, AsksForTheProofOfThePassword) {
  Cognito cognito;
  const json asked = cognito.begin("robot@orchard.test", "abcdef", 200);
  EXPECT_EQ(asked["ChallengeName"], "PASSWORD_VERIFIER");
  for (const char* name : {"SALT", "SRP_B", "SECRET_BLOCK", "USER_ID_FOR_SRP"}) {
    EXPECT_FALSE(asked["ChallengeParameters"][name].get<std::string>().empty()) << name;
  }
}

TEST(CognitoPool, RefusesAWrongProofOnceAndForAll) {
  Cognito cognito;
  const json asked = cognito.begin("robot@orchard.test", "abcdef", 200)["ChallengeParameters"];
  const json answer{{"ChallengeName", "PASSWORD_VERIFIER"},
                    {"ClientId", k_client_id},
                    {"ChallengeResponses",
                     {{"USERNAME", asked["USER_ID_FOR_SRP"]},
                      {"PASSWORD_CLAIM_SECRET_BLOCK", asked["SECRET_BLOCK"]},
                      {"PASSWORD_CLAIM_SIGNATURE", base64("wrong")},
                      {"TIMESTAMP", "Wed Mar 5 09:03:07 UTC 2025"}}}};
  EXPECT_EQ(cognito.ask("RespondToAuthChallenge", answer)["message"],
            "Incorrect username or password.");
  EXPECT_THAT(cognito.ask("RespondToAuthChallenge", answer)["message"].get<std::string>(),
              HasSubstr("Invalid session"));
}

TEST(CognitoPool, NamesWhatItRefuses) {
  Cognito cognito;
  EXPECT_EQ(cognito.begin("nobody@orchard.test", "abcdef")["__type"], "UserNotFoundException");
  EXPECT_EQ(cognito.begin("robot@orchard.test", "0")["__type"], "InvalidParameterException");
  EXPECT_EQ(cognito.ask("InitiateAuth", {{"ClientId", "other"}})["__type"],
            "ResourceNotFoundException");
  EXPECT_EQ(cognito.ask("ListUsers", {{"ClientId", k_client_id}})["__type"],
            "UnknownOperationException");
  cognito.claris.throttle(1);
  EXPECT_EQ(cognito.begin("robot@orchard.test", "ab")["__type"], "TooManyRequestsException");
  EXPECT_EQ(cognito.begin("robot@orchard.test", "ab", 200)["ChallengeName"], "PASSWORD_VERIFIER");
}

TEST(TokenOffice, KnowsItsTokensUntilTheirEnd) {
  TokenOffice office({k_pool_id, k_client_id, "robot@orchard.test", "7", seconds(3600)});
  const std::string id = office.issue(k_start).id;
  EXPECT_EQ(office.good_until(id, k_start + seconds(3599)), k_start + seconds(3600));
  EXPECT_FALSE(office.good_until(id, k_start + seconds(3600)));
  EXPECT_FALSE(office.good_until("eyJ.made.up", k_start));
}

TEST(TokenOffice, ForgetsRefreshTokensWhenTheyAreRevoked) {
  TokenOffice office({k_pool_id, k_client_id, "robot@orchard.test", "7", seconds(3600)});
  const std::string token = office.issue_refresh();
  EXPECT_TRUE(office.is_refresh(token));
  office.revoke_refresh();
  EXPECT_FALSE(office.is_refresh(token));
}

struct KnownAccount {
  bool cloud;
  std::string header;
  Admission admission;
};

class AccountsTest : public testing::TestWithParam<KnownAccount> {};

TEST_P(AccountsTest, AdmitsOneKindOfAccount) {
  ServerSettings settings;
  settings.cloud.on = GetParam().cloud;
  TokenOffice office({k_pool_id, k_client_id, "api", "7", seconds(10)});
  const std::string old = office.issue(k_start - seconds(10)).id;
  const std::string good = office.issue(k_start).id;
  std::string header = GetParam().header;
  if (header == "FMID good") header = "FMID " + good;
  if (header == "FMID old") header = "FMID " + old;
  EXPECT_EQ(Accounts(settings, office).check(header, k_start).admission, GetParam().admission);
}

INSTANTIATE_TEST_SUITE_P(
    Known,
    AccountsTest,
    testing::Values(KnownAccount{false, "", Admission::no_account},
                    KnownAccount{false, "Basic YXBpOm1hZGUtdXAtb25seQ==", Admission::admitted},
                    KnownAccount{false, "Basic YXBpOmd1ZXNz", Admission::wrong_account},
                    KnownAccount{false, "FMID good", Admission::wrong_account},
                    KnownAccount{true, "", Admission::no_account},
                    KnownAccount{true, "Basic YXBpOm1hZGUtdXAtb25seQ==", Admission::wrong_account},
                    KnownAccount{true, "FMID good", Admission::admitted},
                    KnownAccount{true, "FMID old", Admission::outdated},
                    KnownAccount{true, "FMID eyJ.made.up", Admission::outdated}),
    [](const testing::TestParamInfo<KnownAccount>& each) {
      return "account_" + std::to_string(each.index);
    });

}  // namespace
}  // namespace fmsim::claris
