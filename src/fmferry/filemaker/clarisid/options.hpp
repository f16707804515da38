// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/foundation/secret.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>

namespace fmferry {

// How to sign in with a Claris ID, as FileMaker Cloud wants it. Accounts of an external identity
// provider can't sign in this way.
struct ClarisIdOptions {
  std::string user{};  // usually an e-mail address
  Secret password{};

  // Where Claris says which user pool it uses.
  std::string pool_url{"https://www.ifmcloud.com/endpoint/userpool/2.2.0.my.claris.com.json"};
  std::string sign_in_url{};  // Amazon Cognito; empty: the pool's region decides
  std::string ca_file{};      // PEM; empty: the system's
  bool insecure{false};       // no TLS verification; refused but for loopback
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::seconds stall_timeout{60};

  // Keeps the refresh token, which is worth a password for a year, in this file of mode 0600, so
  // that the next run asks for no second factor. Empty: it stays in memory.
  std::filesystem::path refresh_token_file{};

  // Asks somebody for the code of the second factor; `denied` when nobody is there.
  std::function<Result<Secret>(const std::string& question)> ask{};
};

}  // namespace fmferry
