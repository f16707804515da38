// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/net/http.hpp>
#include <fmferry/s3/bucket_address.hpp>
#include <fmferry/s3/credentials.hpp>
#include <fmferry/s3/s3_options.hpp>

#include <memory>
#include <mutex>
#include <string>

namespace fmferry::s3 {

struct ErrorAnswer;

// One request to the bucket; names and values are not encoded.
struct S3Request {
  std::string method{"GET"};
  std::string key{};  // whole, with the store's prefix; empty: the bucket itself
  NameValues query{};
  NameValues headers{};          // all of them are signed
  ByteView body{};               // must outlive the call
  std::string payload_sha256{};  // raw; what is signed for the body. Empty: computed here
  ByteSink sink{};
};

// Signed requests to one bucket. Thread-safe. No retry.
class S3Client {
 public:
  S3Client(S3Options options,
           BucketAddress address,
           std::shared_ptr<CredentialsProvider> credentials,
           Clock& clock);

  // Any answer of the store.
  Result<HttpResponse> send(const S3Request& request, const CallContext& context) const;
  // An answer with status 200..299, or the error that it stands for.
  Result<HttpResponse> call(const S3Request& request, const CallContext& context) const;
  [[nodiscard]] Error error_of(const HttpResponse& response, const std::string& method) const;
  [[nodiscard]] Error error_of(int status,
                               const ErrorAnswer& answer,
                               const std::string& method) const;

  Result<std::string> presign(const std::string& method,
                              const std::string& key,
                              std::chrono::seconds lifetime) const;

  // How a copy names an object of this bucket.
  [[nodiscard]] std::string copy_source(const std::string& key) const;

  // Uses this region from now on. False, and nothing changes, when the user chose one.
  bool adopt_region(const std::string& region);

  [[nodiscard]] const S3Options& options() const { return options_; }

 private:
  struct Place {
    std::string region{};
    BucketAddress address{};
  };

  [[nodiscard]] Place place() const;

  const S3Options options_;
  const std::shared_ptr<CredentialsProvider> credentials_;
  Clock& clock_;
  const HttpClient http_;
  mutable std::mutex mutex_;
  Place place_;  // guarded by mutex_
};

}  // namespace fmferry::s3
