// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/result.hpp>
#include <fmferry/s3/sigv4.hpp>

#include <functional>
#include <memory>
#include <string>

namespace fmferry::s3 {

// Where requests get their keys. Thread-safe.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  // Keys that are good for some minutes. `denied` when there are none.
  virtual Result<AwsCredentials> get(const CallContext& context) = 0;
};

// Always the same keys.
class StaticCredentials final : public CredentialsProvider {
 public:
  explicit StaticCredentials(AwsCredentials credentials) : credentials_(std::move(credentials)) {}

  Result<AwsCredentials> get(const CallContext&) override { return credentials_; }

 private:
  AwsCredentials credentials_;
};

// The value of an environment variable; empty when it is not set.
using Environment = std::function<std::string(const std::string& name)>;

[[nodiscard]] Environment process_environment();

// What the AWS environment says besides keys; empty where it says nothing.
struct AwsSettings {
  std::string region{};
  std::string endpoint_url{};
  std::string ca_bundle{};  // a file of trusted certificates
};

[[nodiscard]] Result<AwsSettings> aws_settings(const Environment& environment);

// Looks where AWS tools look, in their order: environment variables, shared credentials and config
// files (AWS_PROFILE), the container endpoint, EC2 instance metadata (version 2). The first place
// that has keys is used from then on; keys that end are renewed five minutes before, and
// keys from files are read again every minute. While a renewal fails, keys that have not ended yet
// stay in use. Errors of get(): `denied` naming the places looked at, `invalid` for a broken file
// or profile, or what the endpoint's HTTP call gave. `clock` must outlive the provider.
[[nodiscard]] std::shared_ptr<CredentialsProvider> aws_credentials_chain(Environment environment,
                                                                         Clock& clock);

}  // namespace fmferry::s3
