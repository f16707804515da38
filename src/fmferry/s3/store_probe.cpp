// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/kill_point.hpp>
#include <fmferry/s3/answer_error.hpp>
#include <fmferry/s3/store_probe.hpp>
#include <fmferry/s3/xml_answers.hpp>

namespace fmferry::s3 {
namespace {

constexpr std::string_view k_body = "fmferry tries here what this store can do. Leave it alone.\n";
// As long as the true body, so that a length alone tells nothing.
constexpr std::string_view k_other_body =
    "fmferry tries here what this store can't do; that's wrong.\n";

class Probe {
 public:
  Probe(S3Client& client, const std::string& key, const CallContext& context)
      : client_(client), key_(key), context_(context) {}

  Result<Findings> run() {
    FMF_KILL_POINT("s3.probe.before");
    FMF_TRY_ASSIGN(const HttpResponse stored, put_true_body());
    FMF_KILL_POINT("s3.probe.put");
    const bool returns_checksum =
        stored.header("x-amz-checksum-sha256") == to_base64(sha256(k_body));
    const bool etag_is_md5 = without_quotes(stored.header("ETag")) == to_hex(md5(k_body));

    Proof proof = Proof::read_back;
    if (returns_checksum) {
      FMF_TRY_ASSIGN(const bool refuses, refuses_wrong_checksum());
      if (refuses) {
        proof = Proof::checksum;
      } else {
        FMF_TRY(client_.call(true_put(), context_));  // over the bytes it took
      }
    }
    if (proof == Proof::read_back && etag_is_md5) {
      FMF_TRY_ASSIGN(const bool refuses, refuses_wrong_hash());
      if (refuses) proof = Proof::signed_hash;
    }
    FMF_KILL_POINT("s3.probe.asked");
    FMF_TRY_ASSIGN(const bool unharmed, still_holds_true_body());
    if (!unharmed) proof = Proof::read_back;

    for (int attempt = 0; attempt < 2; ++attempt) {
      FMF_TRY_ASSIGN(const bool refuses, refuses_to_overwrite());
      findings_.conditional_put = refuses;
      if (!refuses) break;
    }
    findings_.proof = proof;
    FMF_KILL_POINT("s3.probe.after");
    return findings_;
  }

 private:
  [[nodiscard]] S3Request put(ByteView body, const Digests& digests) const {
    S3Request request{.method = "PUT", .key = key_, .body = body};
    request.headers = {{"Content-Type", "text/plain"}};
    for (auto& header : digest_headers(digests, findings_)) {
      request.headers.push_back(std::move(header));
    }
    for (auto& header : encryption_headers(client_.options())) {
      request.headers.push_back(std::move(header));
    }
    return request;
  }

  [[nodiscard]] S3Request true_put() const { return put(k_body, digests_of(k_body)); }

  static Digests digests_of(ByteView body) { return {.sha256 = sha256(body), .md5 = md5(body)}; }

  Result<HttpResponse> put_true_body() {
    FMF_TRY_ASSIGN(HttpResponse response, client_.send(true_put(), context_));
    if (response.status >= 300 && client_.adopt_region(region_named_by(response))) {
      FMF_TRY_ASSIGN(response, client_.send(true_put(), context_));
    }
    if (response.status == 501 || response.status == 400) {  // perhaps it minds the checksum header
      findings_.takes_checksums = false;
      FMF_TRY_ASSIGN(auto plain, client_.send(true_put(), context_));
      if (plain.status == 200) return plain;
    }
    if (response.status != 200) return fail(client_.error_of(response, "PUT"));
    return response;
  }

  // Whether the store turned the request down for what it says, not for the moment's state.
  Result<bool> refuses(const S3Request& request) {
    FMF_TRY_ASSIGN(const auto response, client_.send(request, context_));
    const Error error = client_.error_of(response, "PUT");
    if (error.kind == ErrorKind::throttled || error.kind == ErrorKind::timeout ||
        (error.kind == ErrorKind::unavailable && response.status >= 500)) {
      return fail(error);
    }
    return response.status >= 400 && response.status < 500;
  }

  // Only the checksum is wrong, so only that can be the ground of a refusal.
  Result<bool> refuses_wrong_checksum() {
    return refuses(put(k_other_body, {.sha256 = sha256(k_body), .md5 = md5(k_other_body)}));
  }

  Result<bool> refuses_wrong_hash() {
    S3Request request = put(k_other_body, digests_of(k_other_body));
    request.payload_sha256 = sha256(k_body);
    return refuses(request);
  }

  Result<bool> still_holds_true_body() {
    std::string held;
    const ByteSink sink = [&held](ByteView bytes) -> Status {
      if (held.size() + bytes.size() <= 4096) held.append(bytes);
      return {};
    };
    FMF_TRY_ASSIGN(const auto response, client_.call({.key = key_, .sink = sink}, context_));
    FMF_TRY(check_encryption(response));
    if (held == k_body) return true;
    FMF_TRY(client_.call(true_put(), context_));
    return false;
  }

  // Some stores take the wish for encryption and do nothing about it.
  [[nodiscard]] Status check_encryption(const HttpResponse& read) const {
    const NameValues wished = encryption_headers(client_.options());
    if (wished.empty() || read.header(wished[0].first) == wished[0].second) return {};
    return fail(ErrorKind::invalid,
                "the store ignores the wish for encryption (" + wished[0].second +
                    "): choose another kind, or leave it to the bucket");
  }

  Result<bool> refuses_to_overwrite() {
    S3Request request = true_put();
    request.headers.emplace_back("If-None-Match", "*");
    FMF_TRY_ASSIGN(const auto response, client_.send(request, context_));
    if (response.status == 412) return true;
    if (response.status >= 500 && response.status != 501) {
      return fail(client_.error_of(response, "PUT"));
    }
    return false;
  }

  S3Client& client_;
  const std::string& key_;
  const CallContext& context_;
  Findings findings_{};
};

}  // namespace

Result<Findings> probe_store(S3Client& client, const std::string& key, const CallContext& context) {
  return Probe(client, key, context).run();
}

}  // namespace fmferry::s3
