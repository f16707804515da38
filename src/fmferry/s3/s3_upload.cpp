// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/kill_point.hpp>
#include <fmferry/s3/s3_upload.hpp>

#include <algorithm>

namespace fmferry::s3 {
namespace {

constexpr std::size_t k_most_parts = 10'000;
constexpr auto k_abandon_within = std::chrono::seconds(10);

void append(NameValues& headers, NameValues more) {
  std::ranges::move(more, std::back_inserter(headers));
}

}  // namespace

Result<std::unique_ptr<Upload>> S3Upload::begin(std::shared_ptr<const S3Client> client,
                                                std::string key,
                                                PutOptions options,
                                                Findings findings,
                                                const CallContext& context) {
  if (options.only_if_absent) FMF_TRY(ensure_absent(*client, key, context));
  std::unique_ptr<S3Upload> upload(
      new S3Upload(std::move(client), std::move(key), std::move(options), findings));
  FMF_TRY(upload->initiate(context));
  return upload;
}

S3Upload::~S3Upload() {
  abandon();
}

Status S3Upload::initiate(const CallContext& context) {
  S3Request request{.method = "POST", .key = key_, .query = {{"uploads", ""}}};
  request.headers = {{"Content-Type", options_.content_type}};
  if (findings_.takes_checksums) {
    request.headers.emplace_back("x-amz-checksum-algorithm", "SHA256");
  }
  if (!options_.sha256.empty()) {
    request.headers.emplace_back("x-amz-meta-sha256", to_hex(options_.sha256));
  }
  append(request.headers, encryption_headers(client_->options()));
  FMF_KILL_POINT("s3.begin.before");
  FMF_TRY_ASSIGN(const auto response, client_->call(request, context));
  FMF_KILL_POINT("s3.begin.after");
  FMF_TRY_ASSIGN(upload_id_, parse_upload_id(response.body));
  return {};
}

Status S3Upload::write(ByteView part, const CallContext& context) {
  const auto part_size = static_cast<std::size_t>(client_->options().part_size);
  if (upload_id_.empty()) return fail(ErrorKind::invalid, "the upload has ended");
  if (has_last_part_) return fail(ErrorKind::invalid, "a part after a short, hence last, one");
  if (part.size() > part_size) return fail(ErrorKind::invalid, "the part is larger than part_size");
  if (parts_.size() == k_most_parts) {
    return fail(ErrorKind::invalid, "more than 10,000 parts: raise part_size");
  }
  if (part.empty()) return {};
  FMF_TRY(send_part(part, context));
  has_last_part_ = part.size() < part_size;
  return {};
}

Status S3Upload::send_part(ByteView part, const CallContext& context) {
  const Digests digests{.sha256 = sha256(part), .md5 = md5(part)};
  FMF_KILL_POINT("s3.part.before");
  const auto response = client_->call(
      {.method = "PUT",
       .key = key_,
       .query = {{"partNumber", std::to_string(parts_.size() + 1)}, {"uploadId", upload_id_}},
       .headers = digest_headers(digests, findings_),
       .body = part,
       .payload_sha256 = digests.sha256},
      context);
  FMF_KILL_POINT("s3.part.after");
  if (!response) return fail(response.error());
  const PartName name{.etag = without_quotes(response->header("ETag")),
                      .checksum_sha256 = std::string(response->header("x-amz-checksum-sha256"))};
  if (name.etag.empty()) return fail(ErrorKind::corrupt, "the store named no ETag for a part");
  parts_match_md5_ = parts_match_md5_ && name.etag == to_hex(digests.md5);
  parts_match_checksum_ =
      parts_match_checksum_ && name.checksum_sha256 == to_base64(digests.sha256);
  parts_.push_back(name);
  md5s_ += digests.md5;
  sha256s_ += digests.sha256;
  whole_.update(part);
  length_ += static_cast<std::int64_t>(part.size());
  return {};
}

Result<HttpResponse> S3Upload::ask_to_complete(const std::string& xml,
                                               const CallContext& context) const {
  S3Request request{
      .method = "POST", .key = key_, .query = {{"uploadId", upload_id_}}, .body = xml};
  request.headers = {{"Content-Type", "application/xml"}};
  if (!options_.only_if_absent || !findings_.conditional_put)
    return client_->call(request, context);

  request.headers.emplace_back("If-None-Match", "*");
  auto response = client_->call(request, context);
  if (response || response.error().origin_code != 501) return response;
  // It knows the condition on PUT only; that nothing was there a moment ago has to do.
  request.headers.pop_back();
  return client_->call(request, context);
}

Result<CompletedAnswer> S3Upload::complete(const CallContext& context) {
  FMF_KILL_POINT("s3.complete.before");
  FMF_TRY_ASSIGN(const auto response, ask_to_complete(completion_request(parts_), context));
  FMF_KILL_POINT("s3.complete.after");
  FMF_TRY_ASSIGN(const auto answer, parse_completion(response.body));
  if (!answer.error.code.empty()) {
    return fail(client_->error_of(response.status, answer.error, "POST"));
  }
  if (!answer.completed.etag.empty()) return answer.completed;

  // Ceph 16 leaves it out of this answer.
  const auto object = client_->call({.method = "HEAD", .key = key_}, context);
  if (!object) {
    return fail(
        Error{.kind = ErrorKind::in_doubt,
              .what = "the upload was completed but could not be looked at: " + object.error().what,
              .origin_code = object.error().origin_code});
  }
  return CompletedAnswer{.etag = without_quotes(object->header("ETag")),
                         .checksum_sha256 = answer.completed.checksum_sha256};
}

bool S3Upload::is_proven_by(const CompletedAnswer& answer) const {
  const std::string suffix = "-" + std::to_string(parts_.size());
  switch (findings_.proof) {
    case Proof::checksum:
      return parts_match_checksum_ &&
             answer.checksum_sha256 == to_base64(sha256(sha256s_)) + suffix;
    case Proof::signed_hash:
      return parts_match_md5_ && answer.etag == to_hex(md5(md5s_)) + suffix;
    case Proof::read_back:
      return false;
  }
  return false;
}

Result<Receipt> S3Upload::finish(const std::string& sha256, const CallContext& context) {
  if (upload_id_.empty()) return fail(ErrorKind::invalid, "the upload has ended");
  if (whole_sha256_.empty()) whole_sha256_ = whole_.finish();
  if (whole_sha256_ != sha256 || (!options_.sha256.empty() && options_.sha256 != sha256)) {
    abandon();
    upload_id_.clear();
    return fail(ErrorKind::corrupt, "the parts have another SHA-256 than was announced");
  }
  if (parts_.empty()) FMF_TRY(send_part({}, context));
  // Asked once more, as the upload may have taken hours and not every store heeds the condition.
  if (options_.only_if_absent) FMF_TRY(ensure_absent(*client_, key_, context));
  FMF_TRY_ASSIGN(const CompletedAnswer answer, complete(context));
  upload_id_.clear();
  if (is_proven_by(answer)) {
    return Receipt{
        .length = length_, .sha256 = sha256, .etag = answer.etag, .proof = findings_.proof};
  }
  return prove_by_reading(
      *client_, key_, {.length = length_, .sha256 = sha256, .etag = answer.etag}, context);
}

// If this fails, too, the bucket's own rule for unfinished uploads has to clean up.
void S3Upload::abandon() const {
  if (upload_id_.empty()) return;
  const CallContext context{.deadline = std::chrono::steady_clock::now() + k_abandon_within};
  static_cast<void>(client_->call(
      {.method = "DELETE", .key = key_, .query = {{"uploadId", upload_id_}}}, context));
}

}  // namespace fmferry::s3
