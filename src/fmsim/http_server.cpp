// SPDX-License-Identifier: Apache-2.0
#include <fmsim/error_codes.hpp>
#include <fmsim/http_server.hpp>

#include <httplib.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <thread>
#include <utility>

namespace fmsim {
namespace {

constexpr std::size_t k_threads = 160;
constexpr int k_backlog = 512;
constexpr std::size_t k_piece = 256 * 1024;

// The library's own backlog of five makes a burst of connections wait for a second.
template <class Server>
class DeepServer : public Server {
 public:
  using Server::Server;

  void deepen() const { ::listen(this->svr_sock_, k_backlog); }
};

constexpr int k_handles = 4096;

// The library waits out the idle time of a connection even when it is to stop: no more requests
// come in by those to this port, and what is being answered still goes out.
void read_no_more(int port) {
  for (int handle = 3; handle < k_handles; ++handle) {
    sockaddr_in own{};
    sockaddr_in peer{};
    socklen_t size = sizeof own;
    if (::getsockname(handle, reinterpret_cast<sockaddr*>(&own), &size) != 0) continue;
    if (own.sin_family != AF_INET || ntohs(own.sin_port) != port) continue;
    size = sizeof peer;
    if (::getpeername(handle, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    ::shutdown(handle, SHUT_RD);
  }
}

// Shuts the connection that a request came in on, so that not a byte of an answer leaves.
void shut_connection(const httplib::Request& request) {
  if (request.ssl != nullptr) {
    ::shutdown(SSL_get_fd(request.ssl), SHUT_RDWR);
    return;
  }
  for (int handle = 3; handle < k_handles; ++handle) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(handle, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    if (peer.sin_family == AF_INET && ntohs(peer.sin_port) == request.remote_port) {
      ::shutdown(handle, SHUT_RDWR);
      return;
    }
  }
}

Call call_of(const httplib::Request& request) {
  Call call;
  call.method = request.method;
  call.target = request.target;
  call.host = request.get_header_value("Host");
  call.authorization = request.get_header_value("Authorization");
  call.content_type = request.get_header_value("Content-Type");
  call.cookie = request.get_header_value("Cookie");
  call.amz_target = request.get_header_value("X-Amz-Target");
  call.accept = request.get_header_value("Accept");
  call.prefer = request.get_header_value("Prefer");
  call.odata_max_version = request.get_header_value("OData-MaxVersion");
  call.content_disposition = request.get_header_value("Content-Disposition");
  call.range = request.get_header_value("Range");
  call.body = request.body;
  for (const auto& [name, file] : request.files) {
    call.files[name] = {file.filename, file.content_type, file.content};
  }
  return call;
}

// Sends one reply's body piece by piece and does to it what the delivery says.
class Sender {
 public:
  explicit Sender(Reply reply) : reply_(std::move(reply)) {}

  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;

  ~Sender() {
    if (reply_.finished) reply_.finished(sent_, sent_ == reply_.size());
  }

  // False breaks the connection.
  bool send(httplib::DataSink& sink) {
    const std::size_t end = std::min(reply_.delivery.cut_at.value_or(reply_.size()), reply_.size());
    if (sent_ >= end) return stop_here(sink);
    if (reply_.may_go_on && !reply_.may_go_on()) return false;
    const std::size_t rate = reply_.delivery.bytes_a_second;
    const std::size_t most = rate == 0 ? k_piece : std::max<std::size_t>(1, rate / 10);
    std::string_view piece = next().substr(0, std::min(most, end - sent_));
    std::string changed;
    const auto flip = reply_.delivery.flip_at;
    if (flip && *flip >= sent_ && *flip < sent_ + piece.size()) {
      changed = piece;
      changed[*flip - sent_] = static_cast<char>(changed[*flip - sent_] ^ 1);
      piece = changed;
    }
    if (!sink.write(piece.data(), piece.size())) return false;
    sent_ += piece.size();
    if (reply_.sent_piece) reply_.sent_piece(piece.size());
    if (rate != 0) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    // An announced length that is not kept ends the connection at once.
    return sent_ < end || end == reply_.size();
  }

 private:
  [[nodiscard]] std::string_view next() const {
    return reply_.picture ? reply_.picture->at(sent_) : std::string_view(reply_.body).substr(sent_);
  }

  bool stop_here(httplib::DataSink& sink) {
    if (!reply_.delivery.announce_length && sink.done) sink.done();
    return false;
  }

  Reply reply_;
  std::size_t sent_{0};
};

bool needs_sender(const Reply& reply) {
  const Delivery& delivery = reply.delivery;
  return reply.picture || delivery.cut_at || delivery.flip_at || delivery.bytes_a_second != 0;
}

void fill_body(httplib::Response& response, Reply reply) {
  if (!reply.content_type.empty()) response.set_header("Content-Type", reply.content_type);
  response.body = std::move(reply.body);
}

void fill(const httplib::Request& request, httplib::Response& response, Reply reply) {
  response.status = reply.status;
  for (const auto& [name, value] : reply.headers) response.set_header(name, value);
  if (reply.delivery.no_answer) {
    shut_connection(request);
    return;
  }
  if (!needs_sender(reply) || reply.size() == 0) {
    if (reply.finished) reply.finished(0, true);
    fill_body(response, std::move(reply));
    return;
  }
  const std::size_t size = reply.size();
  const std::string type = reply.content_type;
  const bool announced = reply.delivery.announce_length;
  auto sender = std::make_shared<Sender>(std::move(reply));
  if (announced) {
    response.set_content_provider(
        size, type, [sender](std::size_t, std::size_t, httplib::DataSink& sink) {
          return sender->send(sink);
        });
  } else {
    response.set_header("Connection", "close");
    response.set_content_provider(
        type, [sender](std::size_t, httplib::DataSink& sink) { return sender->send(sink); });
  }
}

bool has_body(const httplib::Request& request) {
  return request.has_header("Content-Length") || request.has_header("Transfer-Encoding");
}

}  // namespace

struct HttpServer::Parts {
  explicit Parts(std::function<Reply(const Call&)> function) : answer(std::move(function)) {}

  std::function<Reply(const Call&)> answer;
  std::unique_ptr<httplib::Server> server;
  std::function<void()> deepen;
  int port{0};

  void set_up() {
    server->new_task_queue = [] { return new httplib::ThreadPool(k_threads); };
    server->set_tcp_nodelay(true);
    server->set_keep_alive_max_count(100);
    server->set_keep_alive_timeout(5);
    server->set_read_timeout(30);
    server->set_write_timeout(60);
    // Without the library's SO_REUSEPORT, so that a busy port is noticed.
    server->set_socket_options([](socket_t socket) {
      const int yes = 1;
      ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    const auto handle = [this](const httplib::Request& request, httplib::Response& response) {
      fill(request, response, answer(call_of(request)));
    };
    // A request without a body is answered before the routing, which would wait for one.
    server->set_pre_routing_handler(
        [handle](const httplib::Request& request, httplib::Response& response) {
          // No ranges but those of Reply, and no compression: the request is the library's own, not
          // a constant.
          auto& own = const_cast<httplib::Request&>(request);
          own.ranges.clear();
          own.headers.erase("Accept-Encoding");
          if (has_body(request)) return httplib::Server::HandlerResponse::Unhandled;
          handle(request, response);
          return httplib::Server::HandlerResponse::Handled;
        });
    server->Get(".*", handle);
    server->Post(".*", handle);
    server->Put(".*", handle);
    server->Patch(".*", handle);
    server->Delete(".*", handle);
    // What the library refuses by itself, such as a broken multipart body, still gets an envelope.
    server->set_error_handler([](const httplib::Request&, httplib::Response& response) {
      if (!response.body.empty() || response.content_length_ > 0) return;
      fill_body(response, refuse(response.status, code::parameter_invalid, "Parameter is invalid"));
    });
    server->set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
      if (!response.has_header("Connection")) response.set_header("Connection", "Keep-Alive");
    });
  }
};

HttpServer::HttpServer(const std::string& certificate_folder,
                       std::function<Reply(const Call&)> answer)
    : parts_(std::make_unique<Parts>(std::move(answer))) {
  if (certificate_folder.empty()) {
    auto server = std::make_unique<DeepServer<httplib::Server>>();
    parts_->deepen = [raw = server.get()] { raw->deepen(); };
    parts_->server = std::move(server);
  } else {
    auto server = std::make_unique<DeepServer<httplib::SSLServer>>(
        (certificate_folder + "/cert.pem").c_str(), (certificate_folder + "/key.pem").c_str());
    parts_->deepen = [raw = server.get()] { raw->deepen(); };
    parts_->server = std::move(server);
  }
  parts_->set_up();
}

HttpServer::~HttpServer() = default;

int HttpServer::bind(int port) {
  const std::string host = "127.0.0.1";
  int bound = 0;
  if (port == 0)
    bound = std::max(0, parts_->server->bind_to_any_port(host));
  else if (parts_->server->bind_to_port(host, port))
    bound = port;
  if (bound != 0) parts_->deepen();
  parts_->port = bound;
  return bound;
}

void HttpServer::run() {
  parts_->server->listen_after_bind();
}

void HttpServer::stop() {
  parts_->server->stop();
  read_no_more(parts_->port);
}

}  // namespace fmsim
