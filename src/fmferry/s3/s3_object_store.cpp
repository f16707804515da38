// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/kill_point.hpp>
#include <fmferry/ports/object_copier.hpp>
#include <fmferry/s3/object_key.hpp>
#include <fmferry/s3/proof.hpp>
#include <fmferry/s3/s3_client.hpp>
#include <fmferry/s3/s3_object_store.hpp>
#include <fmferry/s3/s3_upload.hpp>
#include <fmferry/s3/store_probe.hpp>
#include <fmferry/s3/xml_answers.hpp>

#include <algorithm>
#include <charconv>
#include <mutex>

namespace fmferry::s3 {
namespace {

constexpr std::int64_t k_least_part = 5 << 20;
constexpr std::int64_t k_largest_part = std::int64_t{1} << 30;

// The SHA-256 that the store or we ourselves put beside the object; empty when there is none.
std::string told_sha256(const HttpResponse& response) {
  const auto checksum = from_base64(response.header("x-amz-checksum-sha256"));
  if (checksum && checksum->size() == 32) return *checksum;  // a composite one is none
  const auto noted = from_hex(response.header("x-amz-meta-sha256"));
  return noted && noted->size() == 32 ? *noted : std::string();
}

Result<std::int64_t> announced_length(const HttpResponse& response) {
  const auto text = response.header("Content-Length");
  std::int64_t length = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || parsed.ec != std::errc{}) {
    return fail(ErrorKind::corrupt, "the store does not say how long the object is");
  }
  return length;
}

ObjectInfo info_of(const std::string& key, const HttpResponse& response, std::int64_t length) {
  return {.key = key,
          .length = length,
          .etag = without_quotes(response.header("ETag")),
          .content_type = std::string(response.header("Content-Type")),
          .sha256 = told_sha256(response)};
}

// State shared across threads: findings_ (under mutex_); the client looks after itself.
class S3ObjectStore final : public ObjectStore, public ObjectCopier {
 public:
  S3ObjectStore(std::shared_ptr<S3Client> client, std::string prefix)
      : client_(std::move(client)), prefix_(std::move(prefix)) {}

  [[nodiscard]] StoreCapabilities capabilities() const override {
    const std::scoped_lock lock(mutex_);
    const Findings findings = findings_.value_or(Findings{});
    return {.proof = findings.proof,
            .conditional_put = findings.conditional_put,
            .presign = true,
            .part_size = client_->options().part_size};
  }

  [[nodiscard]] std::string identity() const override {
    const std::string address = "s3://" + client_->options().bucket + "/" + prefix_;
    return address.substr(0, address.size() - 1);
  }

  Status probe(const CallContext& context) override;
  Result<Receipt> put(const std::string& key,
                      ByteView body,
                      const PutOptions& options,
                      const CallContext& context) override;
  Result<std::unique_ptr<Upload>> begin(const std::string& key,
                                        const PutOptions& options,
                                        const CallContext& context) override;
  Result<ObjectInfo> head(const std::string& key, const CallContext& context) override;
  Result<ObjectInfo> get(const std::string& key,
                         const ByteSink& sink,
                         const CallContext& context) override;
  Result<ListPage> list(const std::string& prefix,
                        const std::string& token,
                        const CallContext& context) override;
  Result<Receipt> copy(const std::string& from,
                       const std::string& etag,
                       const std::string& to,
                       const PutOptions& options,
                       const CallContext& context) override;
  Result<std::string> presign(const std::string& method,
                              const std::string& key,
                              std::chrono::seconds lifetime) override;

 private:
  Result<Findings> findings() const {
    const std::scoped_lock lock(mutex_);
    if (!findings_) return fail(ErrorKind::internal, "probe() comes before the first put");
    return *findings_;
  }

  Result<Receipt> prove(const std::string& key,
                        const HttpResponse& stored,
                        const Digests& digests,
                        const Expected& expected,
                        const Findings& findings,
                        const CallContext& context) const;

  const std::shared_ptr<S3Client> client_;
  const std::string prefix_;  // empty, or with a slash at its end
  mutable std::mutex mutex_;
  std::optional<Findings> findings_;  // guarded by mutex_; empty before probe()
};

Status S3ObjectStore::probe(const CallContext& context) {
  FMF_TRY_ASSIGN(const Findings found, probe_store(*client_, prefix_ + ".fmferry/probe", context));
  const std::scoped_lock lock(mutex_);
  findings_ = found;
  return {};
}

Result<Receipt> S3ObjectStore::put(const std::string& key,
                                   ByteView body,
                                   const PutOptions& options,
                                   const CallContext& context) {
  const std::string whole_key = prefix_ + key;
  FMF_TRY(check_key(key, whole_key));
  FMF_TRY_ASSIGN(const Findings known, findings());
  if (options.sha256.size() != 32) return fail(ErrorKind::invalid, "a put needs its SHA-256");
  if (std::cmp_greater(body.size(), client_->options().part_size)) {
    return fail(ErrorKind::invalid, "the body is larger than a part: use an upload");
  }
  // Elsewhere the store refuses bytes that don't fit; this one would first overwrite the old
  // object.
  if (known.proof == Proof::read_back && sha256(body) != options.sha256) {
    return fail(ErrorKind::corrupt, "the bytes have another SHA-256 than was announced");
  }
  const Digests digests{.sha256 = options.sha256, .md5 = md5(body)};
  S3Request request{
      .method = "PUT", .key = whole_key, .body = body, .payload_sha256 = options.sha256};
  request.headers = {{"Content-Type", options.content_type},
                     {"x-amz-meta-sha256", to_hex(options.sha256)}};
  std::ranges::move(digest_headers(digests, known), std::back_inserter(request.headers));
  std::ranges::move(encryption_headers(client_->options()), std::back_inserter(request.headers));
  if (options.only_if_absent) {
    if (known.conditional_put) {
      request.headers.emplace_back("If-None-Match", "*");
    } else {
      FMF_TRY(ensure_absent(*client_, whole_key, context));
    }
  }
  FMF_KILL_POINT("s3.put.before");
  FMF_TRY_ASSIGN(const HttpResponse stored, client_->call(request, context));
  FMF_KILL_POINT("s3.put.after");
  const Expected expected{.length = static_cast<std::int64_t>(body.size()),
                          .sha256 = options.sha256,
                          .etag = without_quotes(stored.header("ETag"))};
  return prove(whole_key, stored, digests, expected, known, context);
}

// The rung that probing found, if this answer bears it out (a bucket's settings may change);
// otherwise the object is read.
Result<Receipt> S3ObjectStore::prove(const std::string& key,
                                     const HttpResponse& stored,
                                     const Digests& digests,
                                     const Expected& expected,
                                     const Findings& findings,
                                     const CallContext& context) const {
  const bool by_checksum = findings.proof == Proof::checksum &&
                           stored.header("x-amz-checksum-sha256") == to_base64(digests.sha256);
  const bool by_hash = findings.proof == Proof::signed_hash && expected.etag == to_hex(digests.md5);
  if (!by_checksum && !by_hash) return prove_by_reading(*client_, key, expected, context);
  return Receipt{.length = expected.length,
                 .sha256 = expected.sha256,
                 .etag = expected.etag,
                 .proof = findings.proof};
}

Result<std::unique_ptr<Upload>> S3ObjectStore::begin(const std::string& key,
                                                     const PutOptions& options,
                                                     const CallContext& context) {
  const std::string whole_key = prefix_ + key;
  FMF_TRY(check_key(key, whole_key));
  FMF_TRY_ASSIGN(const Findings known, findings());
  return S3Upload::begin(client_, whole_key, options, known, context);
}

Result<ObjectInfo> S3ObjectStore::head(const std::string& key, const CallContext& context) {
  if (key.empty()) return fail(ErrorKind::invalid, "the key is empty");
  S3Request request{.method = "HEAD", .key = prefix_ + key};
  if (capabilities().proof == Proof::checksum) {
    request.headers.emplace_back("x-amz-checksum-mode", "ENABLED");
  }
  FMF_TRY_ASSIGN(const HttpResponse response, client_->call(request, context));
  FMF_TRY_ASSIGN(const std::int64_t length, announced_length(response));
  return info_of(key, response, length);
}

Result<ObjectInfo> S3ObjectStore::get(const std::string& key,
                                      const ByteSink& sink,
                                      const CallContext& context) {
  if (key.empty()) return fail(ErrorKind::invalid, "the key is empty");
  FMF_TRY_ASSIGN(const HttpResponse response,
                 client_->call({.key = prefix_ + key, .sink = sink}, context));
  FMF_TRY_ASSIGN(const std::int64_t length, announced_length(response));
  if (length != response.body_length) {
    return fail(ErrorKind::corrupt, "the object came with another length than was announced");
  }
  return info_of(key, response, length);
}

Result<Receipt> S3ObjectStore::copy(const std::string& from,
                                    const std::string& etag,
                                    const std::string& to,
                                    const PutOptions& options,
                                    const CallContext& context) {
  FMF_TRY(check_key(to, prefix_ + to));
  // Few stores know a condition on the target of a copy, and some answer 501.
  if (options.only_if_absent) FMF_TRY(ensure_absent(*client_, prefix_ + to, context));
  S3Request request{.method = "PUT", .key = prefix_ + to};
  request.headers = {
      {"Content-Type", options.content_type},
      {"x-amz-copy-source", client_->copy_source(prefix_ + from)},
      {"x-amz-copy-source-if-match", "\"" + etag + "\""},
      {"x-amz-metadata-directive", "REPLACE"},
      {"x-amz-meta-sha256", to_hex(options.sha256)},
  };
  std::ranges::move(encryption_headers(client_->options()), std::back_inserter(request.headers));
  FMF_KILL_POINT("inside.copy.before");
  auto answer = client_->call(request, context);
  FMF_KILL_POINT("inside.copy.after");
  if (!answer && answer.error().origin_code == 412) answer.error().kind = ErrorKind::conflict;
  if (!answer) return fail(std::move(answer).error());
  FMF_TRY_ASSIGN(const CompletionAnswer copied, parse_copy(answer->body));
  if (!copied.error.code.empty()) {
    return fail(client_->error_of(answer->status, copied.error, "PUT"));
  }
  FMF_TRY_ASSIGN(const ObjectInfo there, head(to, context));
  const Expected expected{
      .length = there.length, .sha256 = options.sha256, .etag = copied.completed.etag};
  // An ETag that is the same says that the bytes are: it is the MD5 of both.
  if (copied.completed.etag != etag || there.etag != etag) {
    return prove_by_reading(*client_, prefix_ + to, expected, context);
  }
  return Receipt{.length = there.length, .sha256 = options.sha256, .etag = etag};
}

Result<ListPage> S3ObjectStore::list(const std::string& prefix,
                                     const std::string& token,
                                     const CallContext& context) {
  S3Request request{.query = {{"list-type", "2"}, {"encoding-type", "url"}}};
  request.query.emplace_back("prefix", prefix_ + prefix);
  if (!token.empty()) request.query.emplace_back("continuation-token", token);
  FMF_TRY_ASSIGN(const HttpResponse response, client_->call(request, context));
  FMF_TRY_ASSIGN(ListPage page, parse_list_answer(response.body));
  if (!token.empty() && page.next == token) {
    return fail(ErrorKind::corrupt, "the store's listing goes round in circles");
  }
  for (auto& object : page.objects) {
    if (!object.key.starts_with(prefix_ + prefix)) {
      return fail(ErrorKind::corrupt, "the store listed a key that was not asked for");
    }
    object.key.erase(0, prefix_.size());
  }
  // The mark that consoles make for the folder itself.
  std::erase_if(page.objects, [](const ObjectInfo& object) { return object.key.empty(); });
  return page;
}

Result<std::string> S3ObjectStore::presign(const std::string& method,
                                           const std::string& key,
                                           std::chrono::seconds lifetime) {
  if (method != "GET" && method != "PUT") {
    return fail(ErrorKind::invalid, "only GET and PUT can be presigned");
  }
  if (lifetime < std::chrono::seconds(1) || lifetime > k_longest_presign) {
    return fail(ErrorKind::invalid, "a presigned URL lives from a second to seven days");
  }
  FMF_TRY(check_key(key, prefix_ + key));
  return client_->presign(method, prefix_ + key, lifetime);
}

}  // namespace

Result<BucketAndPrefix> parse_s3_address(std::string_view address) {
  constexpr std::string_view k_scheme = "s3://";
  if (!address.starts_with(k_scheme)) {
    return fail(ErrorKind::invalid, "an S3 address reads s3://bucket/prefix");
  }
  address.remove_prefix(k_scheme.size());
  const auto slash = address.find('/');
  if (slash == 0 || address.empty()) return fail(ErrorKind::invalid, "the address has no bucket");
  return BucketAndPrefix{
      .bucket = std::string(address.substr(0, slash)),
      .prefix = std::string(slash == std::string_view::npos ? "" : address.substr(slash + 1))};
}

Result<std::unique_ptr<ObjectStore>> open_s3_object_store(
    S3Options options, std::shared_ptr<CredentialsProvider> credentials, Clock& clock) {
  if (options.part_size < k_least_part || options.part_size > k_largest_part) {
    return fail(ErrorKind::invalid, "part_size must lie between 5 MiB and 1 GiB");
  }
  if (!options.kms_key_id.empty() && options.encryption != Encryption::kms) {
    return fail(ErrorKind::invalid, "a KMS key id without encryption by KMS");
  }
  const std::string prefix = normal_prefix(options.prefix);
  if (!prefix.empty()) FMF_TRY(check_key(prefix.substr(0, prefix.size() - 1), prefix));
  const std::string region = options.region.empty() ? "us-east-1" : options.region;
  FMF_TRY_ASSIGN(auto address, bucket_address(options, region));
  auto client = std::make_shared<S3Client>(
      std::move(options), std::move(address), std::move(credentials), clock);
  return std::make_unique<S3ObjectStore>(std::move(client), prefix);
}

}  // namespace fmferry::s3
