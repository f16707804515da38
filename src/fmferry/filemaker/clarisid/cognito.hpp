// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/clarisid/cognito_reply.hpp>
#include <fmferry/filemaker/clarisid/options.hpp>
#include <fmferry/filemaker/clarisid/user_pool.hpp>

#include <string>
#include <utility>
#include <vector>

namespace fmferry::clarisid {

// One user pool of Amazon Cognito's. Errors as read_reply() and HttpClient::send have them; an
// answer that was lost is `unavailable`, since no call changes anything. Thread-safe.
class Cognito {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  Cognito(const HttpClient& http, std::string url, UserPool pool, Clock& clock);

  [[nodiscard]] const UserPool& pool() const { return pool_; }

  // InitiateAuth.
  Result<CognitoReply> begin(const std::string& flow,
                             const Fields& parameters,
                             const CallContext& context) const;
  // RespondToAuthChallenge.
  Result<CognitoReply> respond(const std::string& challenge,
                               const Fields& responses,
                               const Secret& session,
                               const CallContext& context) const;

 private:
  Result<CognitoReply> send(const std::string& target,
                            std::string body,
                            const CallContext& context) const;

  const HttpClient& http_;
  const std::string url_;
  const UserPool pool_;
  Clock& clock_;
};

}  // namespace fmferry::clarisid
