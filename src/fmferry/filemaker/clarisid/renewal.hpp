// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/clarisid/refresh_file.hpp>
#include <fmferry/filemaker/clarisid/sign_in.hpp>

#include <memory>
#include <optional>

namespace fmferry::clarisid {

// Gets tokens from Claris: by the refresh token as long as that is accepted, else by signing in.
// For one thread at a time.
class Renewal {
 public:
  Renewal(ClarisIdOptions options, std::shared_ptr<Clock> clock);

  // `denied` when the account was refused; as HttpClient::send when Claris can't be had; `internal`
  // when the refresh token can't be kept.
  Result<Tokens> run(const CallContext& context);

 private:
  Status prepare(const CallContext& context);
  Result<UserPool> find_pool(const CallContext& context) const;
  Result<Tokens> fetch(const CallContext& context) const;

  const ClarisIdOptions options_;
  const std::shared_ptr<Clock> clock_;
  const HttpClient http_;
  std::optional<RefreshFile> file_{};
  std::optional<Cognito> cognito_{};
  Secret refresh_token_{};
};

}  // namespace fmferry::clarisid
