// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/net/http.hpp>

#include <string>

namespace fmferry::clarisid {

// Where Claris' accounts are kept.
struct UserPool {
  std::string region{"us-west-2"};
  std::string id{"us-west-2_NqkuZcXQY"};
  std::string client_id{"4l9rvl4mv5es1eep1qe97cautn"};

  // The part that goes into hashes.
  [[nodiscard]] std::string name() const;
  [[nodiscard]] std::string sign_in_url() const;
};

// Reads Claris' answer. `unavailable` when something else answered.
[[nodiscard]] Result<UserPool> read_user_pool(const HttpResponse& response);

// Asks at `url`.
[[nodiscard]] Result<UserPool> look_up_user_pool(const HttpClient& http,
                                                 const std::string& url,
                                                 const CallContext& context);

}  // namespace fmferry::clarisid
