// SPDX-License-Identifier: Apache-2.0
#include "net/raw_server.hpp"

#include <fmferry/foundation/encoding.hpp>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>

namespace fmferry::testing_support {
namespace {

bool has_input(int socket, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd waiting{.fd = socket, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, 20) > 0) return true;
  }
  return false;
}

// The socket's next bytes are appended; false at its end.
bool read_some(int socket, std::string& buffer, const std::stop_token& stop) {
  if (!has_input(socket, stop)) return false;
  std::string bytes(64U << 10U, '\0');
  const auto got = recv(socket, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  buffer.append(bytes, 0, static_cast<std::size_t>(got));
  return true;
}

std::optional<RawRequest> read_request(int socket,
                                       std::string& buffer,
                                       const std::stop_token& stop) {
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!read_some(socket, buffer, stop)) return std::nullopt;
  }
  RawRequest request{.head = buffer.substr(0, end + 2)};
  const std::string announced = request.header("Content-Length");
  const std::size_t length = announced.empty() ? 0 : std::stoul(announced);
  while (buffer.size() < end + 4 + length) {
    if (!read_some(socket, buffer, stop)) return std::nullopt;
  }
  request.body = buffer.substr(end + 4, length);
  buffer.erase(0, end + 4 + length);
  return request;
}

void send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void reset(int socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

std::string_view RawRequest::method() const {
  return std::string_view(head).substr(0, head.find(' '));
}

std::string_view RawRequest::target() const {
  const auto from = head.find(' ') + 1;
  return std::string_view(head).substr(from, head.find(' ', from) - from);
}

std::string RawRequest::header(std::string_view name) const {
  const auto at = to_lower(head).find("\r\n" + to_lower(name) + ":");
  if (at == std::string::npos) return {};
  const auto value = at + name.size() + 3;
  return std::string(trim(std::string_view(head).substr(value, head.find("\r\n", value) - value)));
}

std::string http_answer(int status, std::string_view body, std::string_view more_headers) {
  std::string answer = "HTTP/1.1 " + std::to_string(status) + " Said\r\n";
  answer += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  answer += std::string(more_headers) + "\r\n" + std::string(body);
  return answer;
}

RawServer::RawServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
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
  acceptor_ = std::jthread([this] { accept_all(); });
}

RawServer::~RawServer() {
  stop_.request_stop();
  acceptor_.join();
  workers_.clear();
  ::close(listener_);
}

std::string RawServer::url() const {
  return "http://127.0.0.1:" + std::to_string(port_);
}

std::vector<RawRequest> RawServer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

void RawServer::accept_all() {
  while (has_input(listener_, stop_.get_token())) {
    const int socket = accept(listener_, nullptr, nullptr);
    if (socket < 0) continue;
    const int number = ++connections_;
    workers_.emplace_back([this, socket, number] { serve(socket, number); });
  }
}

void RawServer::serve(int socket, int number) {
  std::string buffer;
  const auto stop = stop_.get_token();
  while (auto request = read_request(socket, buffer, stop)) {
    request->connection = number;
    {
      const std::scoped_lock lock(mutex_);
      requests_.push_back(*request);
    }
    const RawAnswer answer = handler_(*request);
    send_all(socket, answer.bytes);
    if (answer.then == RawAnswer::Then::keep) continue;
    if (answer.then == RawAnswer::Then::reset) reset(socket);
    while (answer.then == RawAnswer::Then::hang && !stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    break;
  }
  ::close(socket);
}

}  // namespace fmferry::testing_support
