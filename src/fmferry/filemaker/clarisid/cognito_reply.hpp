// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/clarisid/srp.hpp>
#include <fmferry/net/http.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace fmferry::clarisid {

// What a sign-in ends with.
struct Tokens {
  Secret id{};       // for FileMaker Cloud
  Secret refresh{};  // empty: the one that was used stays good
  std::chrono::seconds lifetime{};
};

// Either tokens, or what Cognito asks next.
struct CognitoReply {
  std::optional<Tokens> tokens{};
  std::string challenge{};       // ChallengeName: capitals, digits and underscores
  PasswordChallenge password{};  // as much of it as came
  std::string delivered_to{};    // where a code was sent, as Cognito shows it: "+*******33"
  Secret session{};              // goes back with the answer; may be empty
};

// Reads an answer of Cognito's; errors as error_of() has them, `unavailable` for a success that is
// neither tokens nor a challenge.
[[nodiscard]] Result<CognitoReply> read_reply(const HttpResponse& response);

}  // namespace fmferry::clarisid
