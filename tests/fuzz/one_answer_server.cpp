// SPDX-License-Identifier: Apache-2.0
#include "one_answer_server.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

namespace fmferry::testing_support {
namespace {

// False at the end of what the other side sends.
bool read_some(int socket, std::string& into) {
  std::array<char, 16384> bytes{};
  const auto got = recv(socket, bytes.data(), bytes.size(), 0);
  if (got > 0) into.append(bytes.data(), static_cast<std::size_t>(got));
  return got > 0;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

OneAnswerServer::OneAnswerServer() : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, plain, size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, plain, &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  server_ = std::thread([this] { serve(); });
}

OneAnswerServer::~OneAnswerServer() {
  shutdown(listener_, SHUT_RDWR);  // ends accept()
  server_.join();
  close(listener_);
}

void OneAnswerServer::say(std::vector<std::string> answers) {
  const std::scoped_lock lock(mutex_);
  answers_ = std::move(answers);
  requests_.clear();
}

std::vector<std::string> OneAnswerServer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

std::string OneAnswerServer::next_answer(std::string request) {
  const std::scoped_lock lock(mutex_);
  requests_.push_back(std::move(request));
  return requests_.size() <= answers_.size() ? answers_[requests_.size() - 1] : std::string();
}

void OneAnswerServer::serve() {
  for (int socket = -1; (socket = accept(listener_, nullptr, nullptr)) >= 0; close(socket)) {
    std::string request;
    while (request.find("\r\n\r\n") == std::string::npos && read_some(socket, request)) {
    }
    if (request.empty()) continue;
    send_all(socket, next_answer(std::move(request)));
    // The client ends first or knows that this is all: no port is kept waiting.
    shutdown(socket, SHUT_WR);
  }
}

}  // namespace fmferry::testing_support
