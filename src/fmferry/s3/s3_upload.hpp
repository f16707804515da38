// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/digest.hpp>
#include <fmferry/s3/proof.hpp>
#include <fmferry/s3/xml_answers.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fmferry::s3 {

// A multipart upload. Each part is hashed on its way and proven by its answer (checksum or MD5), so
// the whole is proven by the parts and by the digest that the store makes of theirs; where the
// answers don't suffice, the object is read back. Holds no part after write() has returned.
class S3Upload final : public Upload {
 public:
  static Result<std::unique_ptr<Upload>> begin(std::shared_ptr<const S3Client> client,
                                               std::string key,
                                               PutOptions options,
                                               Findings findings,
                                               const CallContext& context);

  S3Upload(const S3Upload&) = delete;
  S3Upload& operator=(const S3Upload&) = delete;
  ~S3Upload() override;

  Status write(ByteView part, const CallContext& context) override;
  Result<Receipt> finish(const std::string& sha256, const CallContext& context) override;

 private:
  S3Upload(std::shared_ptr<const S3Client> client,
           std::string key,
           PutOptions options,
           Findings findings)
      : client_(std::move(client)),
        key_(std::move(key)),
        options_(std::move(options)),
        findings_(findings) {}

  Status initiate(const CallContext& context);
  Status send_part(ByteView part, const CallContext& context);
  Result<CompletedAnswer> complete(const CallContext& context);
  Result<HttpResponse> ask_to_complete(const std::string& xml, const CallContext& context) const;
  [[nodiscard]] bool is_proven_by(const CompletedAnswer& answer) const;
  void abandon() const;

  const std::shared_ptr<const S3Client> client_;
  const std::string key_;  // whole, with the store's prefix
  const PutOptions options_;
  const Findings findings_;

  std::string upload_id_{};  // empty: nothing to give up
  std::vector<PartName> parts_{};
  std::string md5s_{};     // of all parts, raw, joined
  std::string sha256s_{};  // likewise
  Hasher whole_{};
  std::string whole_sha256_{};  // from finish() on, which may be called again
  std::int64_t length_{0};
  bool has_last_part_{false};
  bool parts_match_md5_{true};
  bool parts_match_checksum_{true};
};

}  // namespace fmferry::s3
