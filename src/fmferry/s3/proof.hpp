// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/object_store.hpp>
#include <fmferry/s3/s3_client.hpp>

#include <string>

// How the bytes are described to the store, and how the store's answer is held against them.
namespace fmferry::s3 {

// What probing learnt about a store.
struct Findings {
  Proof proof{Proof::read_back};
  bool conditional_put{false};
  bool takes_checksums{true};  // does not mind x-amz-checksum-*, whether it heeds them or not
};

// Raw digests of one body.
struct Digests {
  std::string sha256{};
  std::string md5{};
};

// Content-MD5 and, where the store takes it, x-amz-checksum-sha256.
[[nodiscard]] NameValues digest_headers(const Digests& digests, const Findings& findings);
[[nodiscard]] NameValues encryption_headers(const S3Options& options);

// What the store must hold, and the answer's ETag to know our object by.
struct Expected {
  std::int64_t length{0};
  std::string sha256{};  // raw
  std::string etag{};
};

// Reads the object again and hashes it. `corrupt` when it has other bytes: it is then removed, so
// that nobody takes it for good, and the error says so. `conflict` when it is no longer the object
// we put, `in_doubt` when it could not be read.
[[nodiscard]] Result<Receipt> prove_by_reading(const S3Client& client,
                                               const std::string& key,
                                               const Expected& expected,
                                               const CallContext& context);

// `conflict` when the key is taken.
[[nodiscard]] Status ensure_absent(const S3Client& client,
                                   const std::string& key,
                                   const CallContext& context);

}  // namespace fmferry::s3
