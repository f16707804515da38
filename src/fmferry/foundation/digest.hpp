// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <memory>
#include <string>

struct evp_md_ctx_st;

namespace fmferry {

enum class HashAlgorithm { sha256, md5 };

// Hashes bytes as they pass. Not thread-safe; finish() once.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm = HashAlgorithm::sha256);
  void update(ByteView bytes);
  [[nodiscard]] std::string finish();  // raw digest: 32 or 16 bytes

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };

  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

[[nodiscard]] std::string sha256(ByteView bytes);  // raw 32 bytes
[[nodiscard]] std::string md5(ByteView bytes);     // raw 16 bytes
[[nodiscard]] std::string sha1(ByteView bytes);    // raw 20 bytes; for UUIDv5 only
[[nodiscard]] std::string hmac_sha256(ByteView key, ByteView bytes);

// RFC 4122 section 4.3, SHA-1: same namespace and name, same UUID. `space` is a UUID in its text
// form; the answer is lower case with dashes.
[[nodiscard]] std::string uuid_v5(std::string_view space, std::string_view name);
[[nodiscard]] std::string uuid_v4();
[[nodiscard]] bool looks_like_uuid(std::string_view text);

}  // namespace fmferry
