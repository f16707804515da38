// SPDX-License-Identifier: Apache-2.0
#include "store_double.hpp"

#include <fmferry/foundation/digest.hpp>

#include <httplib.h>

namespace fmferry::s3 {
namespace {

constexpr std::size_t k_page = 10;

void error(httplib::Response& response, int status, const std::string& code) {
  response.status = status;
  response.set_content("<Error><Code>" + code + "</Code></Error>", "application/xml");
}

std::string in_quotes(const std::string& text) {
  return "\"" + text + "\"";
}

// "/bucket/some/key" without the bucket.
std::string key_in(const std::string& path) {
  const auto slash = path.find('/', 1);
  return slash == std::string::npos ? "" : path.substr(slash + 1);
}

}  // namespace

StoreDouble::StoreDouble(Manners manners)
    : server_(std::make_unique<httplib::Server>()), manners_(std::move(manners)) {
  server_->new_task_queue = [] { return new httplib::ThreadPool(24); };
  server_->set_tcp_nodelay(true);
  server_->set_keep_alive_max_count(100'000);
  const auto handler = [this](const httplib::Request& request, httplib::Response& response) {
    answer(request, response);
  };
  server_->Get(".*", handler).Put(".*", handler).Post(".*", handler).Delete(".*", handler);
  port_ = server_->bind_to_any_port("127.0.0.1");
  thread_ = std::jthread([this] { server_->listen_after_bind(); });
  while (!server_->is_running()) std::this_thread::yield();  // stop() would miss it
}

StoreDouble::~StoreDouble() {
  server_->stop();
}

std::string StoreDouble::endpoint() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

void StoreDouble::behave(Manners manners) {
  const std::scoped_lock lock(mutex_);
  manners_ = std::move(manners);
}

std::map<std::string, std::string> StoreDouble::bodies() {
  const std::scoped_lock lock(mutex_);
  std::map<std::string, std::string> bodies;
  for (const auto& [key, object] : objects_) bodies[key] = object.body;
  return bodies;
}

std::size_t StoreDouble::open_uploads() {
  const std::scoped_lock lock(mutex_);
  return uploads_.size();
}

void StoreDouble::answer(const httplib::Request& request, httplib::Response& response) {
  const std::scoped_lock lock(mutex_);
  if (manners_.instead && manners_.instead(request, response)) return;
  const std::string key = key_in(request.path);
  if (request.method == "PUT") {
    put(key, request, response);
  } else if (request.method == "POST") {
    post(key, request, response);
  } else if (request.method == "DELETE") {
    if (request.has_param("uploadId")) {
      uploads_.erase(request.get_param_value("uploadId"));
    } else {
      objects_.erase(key);
    }
    response.status = 204;
  } else if (key.empty()) {
    list(request, response);
  } else {
    read(key, request, response);
  }
}

bool StoreDouble::refuses(const httplib::Request& request, httplib::Response& response) const {
  const auto checksum = request.get_header_value("x-amz-checksum-sha256");
  if (manners_.minds_checksum_header && !checksum.empty()) {
    error(response, 501, "NotImplemented");
  } else if (manners_.checks_checksum && !checksum.empty() &&
             checksum != to_base64(sha256(request.body))) {
    error(response, 400, "BadDigest");
  } else if (manners_.checks_payload_hash &&
             request.get_header_value("x-amz-content-sha256") != to_hex(sha256(request.body))) {
    error(response, 400, "XAmzContentSHA256Mismatch");
  } else {
    return false;
  }
  return true;
}

void StoreDouble::put(const std::string& key,
                      const httplib::Request& request,
                      httplib::Response& response) {
  if (refuses(request, response)) return;
  if (manners_.honours_if_none_match && request.has_header("If-None-Match") &&
      objects_.contains(key)) {
    error(response, 412, "PreconditionFailed");
    return;
  }
  Object object{.body = request.body,
                .content_type = request.get_header_value("Content-Type"),
                .meta_sha256 = request.get_header_value("x-amz-meta-sha256")};
  if (manners_.encrypts) {
    object.encryption = request.get_header_value("x-amz-server-side-encryption");
  }
  if (manners_.before_storing) manners_.before_storing(object.body);
  object.etag = to_hex(manners_.etag_is_md5 ? md5(object.body) : md5("salt" + object.body));
  object.checksum = to_base64(sha256(object.body));
  response.set_header("ETag", in_quotes(object.etag));
  if (manners_.echoes_checksum) {
    response.set_header("x-amz-checksum-sha256", request.get_header_value("x-amz-checksum-sha256"));
  } else if (manners_.returns_checksum) {
    response.set_header("x-amz-checksum-sha256", object.checksum);
  }
  if (!request.has_param("uploadId")) {
    objects_[key] = std::move(object);
    return;
  }
  const auto upload = uploads_.find(request.get_param_value("uploadId"));
  if (upload == uploads_.end()) {
    error(response, 404, "NoSuchUpload");
    return;
  }
  upload->second.parts[std::stoi(request.get_param_value("partNumber"))] = std::move(object);
}

void StoreDouble::read(const std::string& key,
                       const httplib::Request& request,
                       httplib::Response& response) {
  const auto found = objects_.find(key);
  if (found == objects_.end()) {
    error(response, 404, "NoSuchKey");
    return;
  }
  const Object& object = found->second;
  response.set_header("ETag", in_quotes(object.etag));
  if (!object.meta_sha256.empty()) response.set_header("x-amz-meta-sha256", object.meta_sha256);
  if (!object.encryption.empty()) {
    response.set_header("x-amz-server-side-encryption", object.encryption);
  }
  if (manners_.returns_checksum && request.has_header("x-amz-checksum-mode")) {
    response.set_header("x-amz-checksum-sha256", object.checksum);
  }
  response.set_content(object.body, object.content_type);
}

void StoreDouble::list(const httplib::Request& request, httplib::Response& response) {
  const std::string prefix = request.get_param_value("prefix");
  const std::string after = request.get_param_value("continuation-token");
  std::string contents;
  std::string last;
  std::size_t count = 0;
  bool truncated = false;
  for (auto at = objects_.upper_bound(after); at != objects_.end(); ++at) {
    if (!at->first.starts_with(prefix)) continue;
    if (count == k_page) {
      truncated = true;
      break;
    }
    ++count;
    last = at->first;
    std::string encoded = percent_encode(at->first, true);
    for (auto blank = encoded.find("%20"); blank != std::string::npos;
         blank = encoded.find("%20")) {
      encoded.replace(blank, 3, "+");  // as AWS does
    }
    contents += "<Contents><Key>" + encoded + "</Key><ETag>&quot;" + at->second.etag +
                "&quot;</ETag><Size>" + std::to_string(at->second.body.size()) +
                "</Size></Contents>";
  }
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>";
  xml += truncated ? "true</IsTruncated><NextContinuationToken>" : "false</IsTruncated>";
  if (truncated) {  // a token is opaque: XML's own characters must survive it
    for (const char c : last) xml += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    xml += "</NextContinuationToken>";
  }
  response.set_content(xml + contents + "</ListBucketResult>", "application/xml");
}

void StoreDouble::post(const std::string& key,
                       const httplib::Request& request,
                       httplib::Response& response) {
  if (request.has_param("uploadId")) {
    complete(request, response);
    return;
  }
  const std::string id = "upload " + std::to_string(++last_upload_);
  uploads_[id] = {.key = key, .content_type = request.get_header_value("Content-Type")};
  response.set_content("<InitiateMultipartUploadResult><UploadId>" + id +
                           "</UploadId></InitiateMultipartUploadResult>",
                       "application/xml");
}

void StoreDouble::complete(const httplib::Request& request, httplib::Response& response) {
  const auto found = uploads_.find(request.get_param_value("uploadId"));
  if (found == uploads_.end()) {
    error(response, 404, "NoSuchUpload");
    return;
  }
  const PendingUpload upload = found->second;
  if (manners_.honours_if_none_match && request.has_header("If-None-Match") &&
      objects_.contains(upload.key)) {
    error(response, 412, "PreconditionFailed");
    return;
  }
  Object whole{.content_type = upload.content_type};
  std::string etags;
  std::string checksums;
  for (const auto& [number, part] : upload.parts) {
    whole.body += part.body;
    etags += from_hex(part.etag).value_or("");
    checksums += sha256(part.body);
  }
  const std::string suffix = "-" + std::to_string(upload.parts.size());
  whole.etag = to_hex(md5(etags)) + suffix;
  whole.checksum = to_base64(sha256(checksums)) + suffix;
  std::string xml = "<CompleteMultipartUploadResult>";
  if (!manners_.hushes_etag) xml += "<ETag>&quot;" + whole.etag + "&quot;</ETag>";
  if (manners_.returns_checksum) xml += "<ChecksumSHA256>" + whole.checksum + "</ChecksumSHA256>";
  objects_[upload.key] = std::move(whole);
  uploads_.erase(found);
  response.set_content(xml + "</CompleteMultipartUploadResult>", "application/xml");
}

}  // namespace fmferry::s3
