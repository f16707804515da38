// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace fmsim::claris {

// What the server keeps of a password.
struct Verifier {
  std::string salt_hex;
  std::string v_hex;
};

Verifier make_verifier(const std::string& pool_name,
                       const std::string& user_id,
                       const std::string& password,
                       const std::string& salt_hex);

// The server's side of one sign-in, SRP-6a as Amazon Cognito computes it.
class ServerSrp {
 public:
  // Draws b; a test hands in its own.
  explicit ServerSrp(const Verifier& verifier, const std::string& b_hex = "");
  ~ServerSrp();
  ServerSrp(ServerSrp&&) noexcept;
  ServerSrp& operator=(ServerSrp&&) noexcept;
  ServerSrp(const ServerSrp&) = delete;
  ServerSrp& operator=(const ServerSrp&) = delete;

  [[nodiscard]] std::string srp_b() const;  // lower-case hex

  // What the client must have signed `message` with if it knows the password, in base64. Empty when
  // A is no number or a multiple of N.
  [[nodiscard]] std::string expected_signature(const std::string& srp_a,
                                               const std::string& message) const;

 private:
  struct Numbers;
  std::unique_ptr<Numbers> numbers_;
};

}  // namespace fmsim::claris
