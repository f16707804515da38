// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace fmferry::testing_support {

// Answers on loopback, one connection after the other, each with the next of some texts and an end.
// Holds no thread and no memory per connection, so that it lasts for millions of them.
class OneAnswerServer {
 public:
  OneAnswerServer();
  ~OneAnswerServer();
  OneAnswerServer(const OneAnswerServer&) = delete;
  OneAnswerServer& operator=(const OneAnswerServer&) = delete;

  [[nodiscard]] int port() const { return port_; }

  // The answers to the next requests; after the last, connections end without one.
  void say(std::vector<std::string> answers);
  // What was asked since then.
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  void serve();
  std::string next_answer(std::string request);

  int listener_{-1};
  int port_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::vector<std::string> answers_{};
  std::vector<std::string> requests_{};
  std::thread server_{};
};

}  // namespace fmferry::testing_support
