// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace fmferry::s3 {

enum class Addressing {
  automatic,     // path when an endpoint is given or the bucket's name has dots, else virtual_host
  path,          // https://endpoint/bucket/key
  virtual_host,  // https://bucket.endpoint/key
};

enum class Encryption {
  bucket_default,  // what the bucket says
  aes256,          // keys that the store keeps (SSE-S3)
  kms,             // a key of a key service (SSE-KMS)
};

struct S3Options {
  std::string bucket{};
  std::string prefix{};    // put before every key, with one slash between
  std::string region{};    // empty: us-east-1, or the bucket's own if the store tells it
  std::string endpoint{};  // "https://host[:port]"; empty: AWS
  Addressing addressing{Addressing::automatic};
  std::string ca_file{};  // PEM; empty: the system's
  // Plain http beyond this machine shows the bytes to whoever listens; it must be asked for.
  bool allow_plain_http{false};
  std::int64_t part_size{8 << 20};  // at least 5 MiB, as S3 asks of all parts but the last
  Encryption encryption{Encryption::bucket_default};
  std::string kms_key_id{};  // only with kms; empty: the account's own key
};

}  // namespace fmferry::s3
