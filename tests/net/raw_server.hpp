// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace fmferry::testing_support {

struct RawRequest {
  int connection{0};  // 1 for the first one accepted
  std::string head{};
  std::string body{};

  [[nodiscard]] std::string_view method() const;
  [[nodiscard]] std::string_view target() const;
  // Any case; empty when there is none.
  [[nodiscard]] std::string header(std::string_view name) const;
};

// What goes back, byte for byte, and what becomes of the connection then.
struct RawAnswer {
  std::string bytes{};
  enum class Then { keep, close, reset, hang } then{Then::keep};
};

// A whole answer with Content-Length.
[[nodiscard]] std::string http_answer(int status,
                                      std::string_view body,
                                      std::string_view more_headers = {});

// A plain HTTP server on a loopback port that answers with whatever bytes a test wants. One thread
// a connection; the handler may be called by several at once.
class RawServer {
 public:
  using Handler = std::function<RawAnswer(const RawRequest&)>;
  explicit RawServer(Handler handler);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::string url() const;  // http://127.0.0.1:port

  [[nodiscard]] int connections() const { return connections_; }

  [[nodiscard]] std::vector<RawRequest> requests() const;

 private:
  void accept_all();
  void serve(int socket, int number);

  Handler handler_;
  int listener_{-1};
  int port_{0};
  std::atomic<int> connections_{0};
  std::stop_source stop_{};
  mutable std::mutex mutex_{};
  std::vector<RawRequest> requests_{};   // guarded by mutex_
  std::vector<std::jthread> workers_{};  // of the acceptor alone
  std::jthread acceptor_{};
};

}  // namespace fmferry::testing_support
