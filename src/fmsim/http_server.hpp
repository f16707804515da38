// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>

#include <functional>
#include <memory>
#include <string>

namespace fmsim {

// Listens on 127.0.0.1 and hands every request to one function; the only file that knows the HTTP
// library.
class HttpServer {
 public:
  // `answer` is called on many threads at once. With an empty `certificate_folder` it speaks plain
  // HTTP, else TLS with the cert.pem and key.pem there.
  HttpServer(const std::string& certificate_folder, std::function<Reply(const Call&)> answer);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // The port that is now taken; nothing is accepted yet. 0 when `port` (0: any) cannot be had.
  int bind(int port);

  // Serves until stop() was called from another thread.
  void run();
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fmsim
