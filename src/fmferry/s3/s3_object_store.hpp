// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/object_store.hpp>
#include <fmferry/s3/credentials.hpp>
#include <fmferry/s3/s3_options.hpp>

#include <memory>
#include <string_view>

namespace fmferry::s3 {

struct BucketAndPrefix {
  std::string bucket{};
  std::string prefix{};
};

// "s3://bucket" or "s3://bucket/some/prefix". `invalid` for anything else.
[[nodiscard]] Result<BucketAndPrefix> parse_s3_address(std::string_view address);

// An S3 bucket, or a folder in it, as an ObjectStore. Makes no request until probe(). The
// credentials may be shared with other stores; `clock` must outlive the store, and an Upload may
// outlive it. Besides what the port says:
//   - what a store can't prove by its answers is read back after each put, and an object that comes
//     back with other bytes is removed again;
//   - where the store ignores If-None-Match, only_if_absent is a look before the put, which a
//     second writer can slip past;
//   - an upload keeps no SHA-256 in the store unless begin() was told it.
[[nodiscard]] Result<std::unique_ptr<ObjectStore>> open_s3_object_store(
    S3Options options, std::shared_ptr<CredentialsProvider> credentials, Clock& clock);

}  // namespace fmferry::s3
