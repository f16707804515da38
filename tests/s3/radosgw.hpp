// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/s3/s3_object_store.hpp>

#include <memory>
#include <string>
#include <vector>

namespace fmferry::s3 {

// The real S3 server of this test binary, started at its first use and ended with the binary.
struct Radosgw {
  std::string endpoint{};      // http://127.0.0.1:port
  std::string tls_endpoint{};  // https://127.0.0.1:port
  std::string ca_file{};
  std::string port{};
  std::string region{};
  std::string access_key_id{};
  std::string secret_access_key{};

  [[nodiscard]] std::shared_ptr<CredentialsProvider> credentials() const;
  [[nodiscard]] S3Options options(const std::string& bucket) const;
};

[[nodiscard]] const Radosgw& radosgw();

// A new bucket of that server, made by the curl command and not by the code under test.
[[nodiscard]] std::string new_bucket();
void turn_versioning_on(const std::string& bucket);

struct CommandResult {
  int status{-1};
  std::string output{};
};

// Runs a program with these arguments, no shell; stdout and stderr together.
[[nodiscard]] CommandResult run(const std::vector<std::string>& arguments);
// The curl command with a signature for our server before these arguments.
[[nodiscard]] CommandResult signed_curl(const std::vector<std::string>& arguments);

[[nodiscard]] Clock& system_clock();

// An opened and probed store; null, with a failure noted, when that does not work.
[[nodiscard]] std::unique_ptr<ObjectStore> probed(const S3Options& options);

}  // namespace fmferry::s3
