// SPDX-License-Identifier: Apache-2.0
#include <fmsim/claris/amazon_reply.hpp>
#include <fmsim/claris/srp.hpp>
#include <fmsim/digest.hpp>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace fmsim::claris {
namespace {

nlohmann::json vector_file() {
  std::ifstream in(FMF_SOURCE_DIR "/tests/clarisid/cognito-srp-vector.json");
  return nlohmann::json::parse(in);
}

struct KnownSignIn {
  nlohmann::json vector = vector_file();  // braces would make it an array of one
  std::string pool = vector["poolName"];
  std::string user_id = vector["userIdForSrp"];

  [[nodiscard]] ServerSrp server(const std::string& password) const {
    return ServerSrp(make_verifier(pool, user_id, password, vector["salt_hex"]), vector["b_hex"]);
  }

  [[nodiscard]] std::string message() const {
    return pool + user_id + base64_decoded(vector["SECRET_BLOCK"].get<std::string>()) +
           vector["TIMESTAMP"].get<std::string>();
  }
};

TEST(ServerSrp, ComputesTheKnownNumbers) {
  const KnownSignIn known;
  const ServerSrp server = known.server(known.vector["password"]);
  EXPECT_EQ(server.srp_b(), known.vector["SRP_B"]);
  EXPECT_EQ(server.expected_signature(known.vector["SRP_A"], known.message()),
            known.vector["PASSWORD_CLAIM_SIGNATURE"]);
}

TEST(ServerSrp, ExpectsAnotherSignatureOfAnotherPassword) {
  const KnownSignIn known;
  const ServerSrp server = known.server("guess");
  EXPECT_NE(server.expected_signature(known.vector["SRP_A"], known.message()),
            known.vector["PASSWORD_CLAIM_SIGNATURE"]);
}

TEST(ServerSrp, TakesNoAThatNeedsNoPassword) {
  const KnownSignIn known;
  const ServerSrp server = known.server("any");
  for (const char* a : {"", "0", "xyz", "-5"}) {
    EXPECT_EQ(server.expected_signature(a, "message"), "") << a;
  }
}

TEST(Timestamp, IsTakenInOneFormOnly) {
  EXPECT_EQ(read_timestamp("Wed Mar 5 09:03:07 UTC 2025"), 1741165387);
  EXPECT_EQ(read_timestamp("Sat Nov 15 19:00:00 UTC 2025"), 1763233200);
  for (const char* text : {"Wed Mar 05 09:03:07 UTC 2025",
                           "Wed Mar  5 09:03:07 UTC 2025",
                           "Thu Mar 5 09:03:07 UTC 2025",
                           "Wed Mar 5 9:03:07 UTC 2025",
                           "Mi Mar 5 09:03:07 UTC 2025",
                           ""}) {
    EXPECT_FALSE(read_timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace fmsim::claris
