// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/clarisid/srp.hpp>
#include <fmferry/foundation/file.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>

namespace fmferry::clarisid {
namespace {

class KnownSignIn : public testing::Test {
 protected:
  [[nodiscard]] std::string at(std::string_view name) const {
    return std::string(vector_.at({name.data(), name.size()}).as_string());
  }

  [[nodiscard]] PasswordChallenge challenge() const {
    return {.user_id = at("userIdForSrp"),
            .salt = at("salt_hex"),
            .srp_b = at("SRP_B"),
            .secret_block = at("SECRET_BLOCK")};
  }

  [[nodiscard]] SrpClient client() const { return SrpClient(*BigNumber::from_hex(at("a_hex"))); }

  [[nodiscard]] Result<std::string> signature(const PasswordChallenge& challenge,
                                              const std::string& password) const {
    return client().sign(challenge, at("poolName"), Secret(password), at("TIMESTAMP"));
  }

 private:
  const boost::json::object vector_{
      boost::json::parse(*read_file(FMF_SOURCE_DIR "/tests/clarisid/cognito-srp-vector.json"))
          .as_object()};
};

TEST_F(KnownSignIn, HasTheKnownNumbers) {
  EXPECT_EQ(client().srp_a(), at("SRP_A"));
  EXPECT_EQ(signature(challenge(), at("password")).value_or(""), at("PASSWORD_CLAIM_SIGNATURE"));
}

TEST_F(KnownSignIn, HasAnotherSignatureForAnotherPassword) {
  EXPECT_NE(signature(challenge(), "guess").value_or(""), at("PASSWORD_CLAIM_SIGNATURE"));
}

TEST_F(KnownSignIn, RefusesChallengesThatWouldGiveThePasswordAway) {
  const std::string n = BigNumber::prime_3072().hex();
  for (const std::string& b : {std::string("0"), n, std::string("000") + n}) {
    auto hostile = challenge();
    hostile.srp_b = b;
    EXPECT_EQ(signature(hostile, "any").error().kind, ErrorKind::corrupt) << b.substr(0, 8);
  }
}

TEST_F(KnownSignIn, RefusesWhatIsNoChallenge) {
  const std::string too_long(5000, 'f');
  for (const std::string& text : {std::string(), std::string("not hex"), too_long}) {
    auto broken = challenge();
    broken.salt = text;
    EXPECT_EQ(signature(broken, "any").error().kind, ErrorKind::corrupt) << text.substr(0, 8);
    broken = challenge();
    broken.srp_b = text;
    EXPECT_EQ(signature(broken, "any").error().kind, ErrorKind::corrupt) << text.substr(0, 8);
  }
  auto broken = challenge();
  broken.secret_block = "no base64";
  EXPECT_EQ(signature(broken, "any").error().kind, ErrorKind::corrupt);
}

TEST(SrpClient, DrawsAnotherNumberForEachSignIn) {
  EXPECT_NE(SrpClient().srp_a(), SrpClient().srp_a());
}

struct PaddedNumber {
  std::string hex;
  std::string padded;
};

TEST(BigNumber, IsPaddedAsJavaWritesIt) {
  for (const auto& [hex, padded] : {PaddedNumber{"0", "00"},
                                    PaddedNumber{"2", "02"},
                                    PaddedNumber{"7f", "7f"},
                                    PaddedNumber{"80", "0080"},
                                    PaddedNumber{"0080", "0080"},
                                    PaddedNumber{"abc", "0abc"},
                                    PaddedNumber{"ffff", "00ffff"}}) {
    EXPECT_EQ(to_hex(BigNumber::from_hex(hex)->padded().view()), padded) << hex;
  }
}

TEST(CognitoTime, HasEnglishNamesAndNoPaddedDay) {
  const auto time = std::chrono::sys_days{std::chrono::year{2025} / 3 / 5} + std::chrono::hours(9) +
                    std::chrono::minutes(3) + std::chrono::seconds(7);
  EXPECT_EQ(cognito_time(time), "Wed Mar 5 09:03:07 UTC 2025");
}

}  // namespace
}  // namespace fmferry::clarisid
