// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/s3/proof.hpp>
#include <fmferry/s3/xml_answers.hpp>

namespace fmferry::s3 {
namespace {

Error damaged(const S3Client& client, const std::string& key, const CallContext& context) {
  const auto removed = client.call({.method = "DELETE", .key = key}, context);
  return Error{.kind = ErrorKind::corrupt,
               .what = removed
                           ? "the store gave back other bytes than were sent; the damaged object "
                             "was removed"
                           : "the store gave back other bytes than were sent, and the damaged "
                             "object is still there: " +
                                 removed.error().what};
}

}  // namespace

NameValues digest_headers(const Digests& digests, const Findings& findings) {
  NameValues headers{{"Content-MD5", to_base64(digests.md5)}};
  if (findings.takes_checksums) {
    headers.emplace_back("x-amz-checksum-sha256", to_base64(digests.sha256));
  }
  return headers;
}

NameValues encryption_headers(const S3Options& options) {
  constexpr const char* k_name = "x-amz-server-side-encryption";
  switch (options.encryption) {
    case Encryption::bucket_default:
      return {};
    case Encryption::aes256:
      return {{k_name, "AES256"}};
    case Encryption::kms:
      break;
  }
  NameValues headers{{k_name, "aws:kms"}};
  if (!options.kms_key_id.empty()) {
    headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", options.kms_key_id);
  }
  return headers;
}

Result<Receipt> prove_by_reading(const S3Client& client,
                                 const std::string& key,
                                 const Expected& expected,
                                 const CallContext& context) {
  Hasher hasher;
  const ByteSink sink = [&hasher](ByteView bytes) -> Status {
    hasher.update(bytes);
    return {};
  };
  auto response = client.call({.key = key, .sink = sink}, context);
  if (!response) {
    Error error = std::move(response).error();
    if (error.kind != ErrorKind::cancelled && error.kind != ErrorKind::denied) {
      error.kind = ErrorKind::in_doubt;
    }
    error.what = "the object was stored but could not be read back: " + error.what;
    return fail(std::move(error));
  }
  if (without_quotes(response->header("ETag")) != expected.etag) {
    return fail(ErrorKind::conflict, "the object was replaced before it could be read back");
  }
  if (response->body_length != expected.length || hasher.finish() != expected.sha256) {
    return fail(damaged(client, key, context));
  }
  return Receipt{.length = expected.length,
                 .sha256 = expected.sha256,
                 .etag = expected.etag,
                 .proof = Proof::read_back};
}

Status ensure_absent(const S3Client& client, const std::string& key, const CallContext& context) {
  const auto response = client.call({.method = "HEAD", .key = key}, context);
  if (response) return fail(ErrorKind::conflict, "an object of this key is already there");
  if (response.error().kind == ErrorKind::not_found) return {};
  return fail(response.error());
}

}  // namespace fmferry::s3
