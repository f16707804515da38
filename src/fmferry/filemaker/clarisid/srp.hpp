// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/clarisid/big_number.hpp>
#include <fmferry/foundation/secret.hpp>

#include <chrono>
#include <string>

namespace fmferry::clarisid {

// What Cognito sends for the password to be proved.
struct PasswordChallenge {
  std::string user_id{};       // USER_ID_FOR_SRP
  std::string salt{};          // hexadecimal
  std::string srp_b{};         // hexadecimal
  std::string secret_block{};  // base64
};

// Our side of one sign-in with SRP-6a in Cognito's variant: the password never leaves the machine,
// and what does proves that we know it. For one sign-in only.
class SrpClient {
 public:
  explicit SrpClient(BigNumber a = BigNumber::random(1024));

  [[nodiscard]] std::string srp_a() const;  // SRP_A

  // PASSWORD_CLAIM_SIGNATURE. `pool_name` is the pool's id after the underscore. `corrupt` when the
  // challenge is no such thing, or could only have been made to find the password out.
  [[nodiscard]] Result<std::string> sign(const PasswordChallenge& challenge,
                                         const std::string& pool_name,
                                         const Secret& password,
                                         const std::string& timestamp) const;

 private:
  [[nodiscard]] Result<Wiped> key(const PasswordChallenge& challenge,
                                  const std::string& pool_name,
                                  const Secret& password) const;

  const BigNumber n_;
  const BigNumber g_;
  const BigNumber a_;
  const BigNumber public_a_;
};

// TIMESTAMP: "Wed Mar 5 09:03:07 UTC 2025", whatever the locale.
[[nodiscard]] std::string cognito_time(std::chrono::system_clock::time_point time);

}  // namespace fmferry::clarisid
