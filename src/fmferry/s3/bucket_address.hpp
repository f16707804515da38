// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/s3/s3_options.hpp>

#include <string>

namespace fmferry::s3 {

// Where a bucket is on the wire.
struct BucketAddress {
  std::string scheme{};
  std::string host{};         // with the port where it is not the scheme's own: the Host header
  std::string path_prefix{};  // "/bucket" in path style, else empty

  // The path of a key, encoded as it is signed and sent; an empty key is the bucket.
  [[nodiscard]] std::string path_of(const std::string& key) const;

  [[nodiscard]] std::string origin() const { return scheme + "://" + host; }
};

// `invalid` for a bad bucket name or endpoint, and for plain http where it is not allowed.
[[nodiscard]] Result<BucketAddress> bucket_address(const S3Options& options,
                                                   const std::string& region);

}  // namespace fmferry::s3
