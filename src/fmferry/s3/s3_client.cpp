// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/s3/answer_error.hpp>
#include <fmferry/s3/s3_client.hpp>

namespace fmferry::s3 {
namespace {

constexpr const char* k_usual_region = "us-east-1";

bool has_body(const S3Request& request) {
  return request.method == "PUT" || request.method == "POST";
}

}  // namespace

S3Client::S3Client(S3Options options,
                   BucketAddress address,
                   std::shared_ptr<CredentialsProvider> credentials,
                   Clock& clock)
    : options_(std::move(options)),
      credentials_(std::move(credentials)),
      clock_(clock),
      http_(HttpOptions{.ca_file = options_.ca_file}),
      place_{.region = options_.region.empty() ? k_usual_region : options_.region,
             .address = std::move(address)} {}

S3Client::Place S3Client::place() const {
  const std::scoped_lock lock(mutex_);
  return place_;
}

bool S3Client::adopt_region(const std::string& region) {
  if (!options_.region.empty() || region.empty()) return false;
  auto address = bucket_address(options_, region);
  if (!address) return false;
  const std::scoped_lock lock(mutex_);
  if (place_.region == region) return false;
  place_ = {.region = region, .address = std::move(*address)};
  return true;
}

std::string S3Client::copy_source(const std::string& key) const {
  std::string source = "/" + options_.bucket + "/";
  for (const char c : key) source += c == '/' ? "/" : percent_encode(std::string_view(&c, 1));
  return source;
}

Result<HttpResponse> S3Client::send(const S3Request& request, const CallContext& context) const {
  if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "stopped");
  FMF_TRY_ASSIGN(const AwsCredentials credentials, credentials_->get(context));
  const Place here = place();
  const SignableRequest signable{
      .method = request.method,
      .host = here.address.host,
      .path = here.address.path_of(request.key),
      .query = request.query,
      .headers = request.headers,
      .payload =
          to_hex(request.payload_sha256.empty() ? sha256(request.body) : request.payload_sha256)};
  const SigningScope scope{.time = clock_.wall(), .region = here.region};

  HttpRequest sent{.method = request.method,
                   .url = here.address.origin() + signable.path,
                   .headers = request.headers,
                   .body = request.body,
                   .has_body = has_body(request),
                   .sink = request.sink};
  if (!request.query.empty()) sent.url += "?" + canonical_query(request.query);
  for (auto& header : sign_headers(signable, scope, credentials)) {
    sent.headers.push_back(std::move(header));
  }
  return http_.send(sent, context);
}

Result<HttpResponse> S3Client::call(const S3Request& request, const CallContext& context) const {
  FMF_TRY_ASSIGN(auto response, send(request, context));
  if (response.status < 200 || response.status > 299) {
    return fail(error_of(response, request.method));
  }
  return response;
}

Error S3Client::error_of(const HttpResponse& response, const std::string& method) const {
  return answer_error(response,
                      {.method = method,
                       .bucket = options_.bucket,
                       .region = place().region,
                       .time = clock_.wall()});
}

Error S3Client::error_of(int status, const ErrorAnswer& answer, const std::string& method) const {
  return answer_error(
      status,
      answer,
      {.method = method, .bucket = options_.bucket, .region = place().region, .time = {}});
}

Result<std::string> S3Client::presign(const std::string& method,
                                      const std::string& key,
                                      std::chrono::seconds lifetime) const {
  FMF_TRY_ASSIGN(const AwsCredentials credentials, credentials_->get({}));
  const auto now = clock_.wall();
  if (credentials.expires && now + lifetime > *credentials.expires) {
    return fail(ErrorKind::invalid,
                "a URL cannot outlive the temporary keys that sign it, which end at " +
                    to_iso8601(*credentials.expires));
  }
  const Place here = place();
  const SignableRequest request{
      .method = method, .host = here.address.host, .path = here.address.path_of(key)};
  return here.address.origin() + request.path + "?" +
         presign_query(request, {.time = now, .region = here.region}, credentials, lifetime);
}

}  // namespace fmferry::s3
