// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace httplib {
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace fmferry::s3 {

// How a store behaves that no real server here can be made to be. It knows no signatures.
struct Manners {
  bool returns_checksum{false};       // x-amz-checksum-sha256 of what it stored
  bool echoes_checksum{false};        // the header it was sent, whatever it stored
  bool checks_checksum{false};        // 400 BadDigest for a wrong one
  bool checks_payload_hash{false};    // 400 XAmzContentSHA256Mismatch
  bool minds_checksum_header{false};  // 501 when there is one
  bool honours_if_none_match{false};
  bool etag_is_md5{true};
  bool encrypts{false};     // notes the wish for encryption and tells it again
  bool hushes_etag{false};  // completes an upload without naming the ETag
  std::function<void(std::string& body)> before_storing{};  // damage on the way in
  // Called for every request before it is looked at; true: it was answered.
  std::function<bool(const httplib::Request&, httplib::Response&)> instead{};
};

// A small S3 server in memory with manners to choose, for one bucket of any name.
class StoreDouble {
 public:
  explicit StoreDouble(Manners manners);
  ~StoreDouble();
  StoreDouble(const StoreDouble&) = delete;
  StoreDouble& operator=(const StoreDouble&) = delete;

  [[nodiscard]] std::string endpoint() const;
  void behave(Manners manners);
  [[nodiscard]] std::map<std::string, std::string> bodies();  // by whole key
  [[nodiscard]] std::size_t open_uploads();

 private:
  struct Object {
    std::string body{};
    std::string etag{};
    std::string content_type{};
    std::string meta_sha256{};
    std::string encryption{};
    std::string checksum{};  // base64, perhaps composite
  };

  struct PendingUpload {
    std::string key{};
    std::string content_type{};
    std::map<int, Object> parts{};
  };

  void answer(const httplib::Request& request, httplib::Response& response);
  void put(const std::string& key, const httplib::Request& request, httplib::Response& response);
  void read(const std::string& key, const httplib::Request& request, httplib::Response& response);
  void list(const httplib::Request& request, httplib::Response& response);
  void post(const std::string& key, const httplib::Request& request, httplib::Response& response);
  void complete(const httplib::Request& request, httplib::Response& response);
  [[nodiscard]] bool refuses(const httplib::Request& request, httplib::Response& response) const;

  std::unique_ptr<httplib::Server> server_;
  int port_{0};
  std::mutex mutex_;  // guards all below
  Manners manners_;
  std::map<std::string, Object> objects_{};
  std::map<std::string, PendingUpload> uploads_{};
  int last_upload_{0};
  std::jthread thread_{};
};

}  // namespace fmferry::s3
