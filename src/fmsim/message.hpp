// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/picture.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fmsim {

// One file of a multipart body.
struct FormFile {
  std::string file_name;
  std::string media_type;
  std::string bytes;
};

// A request, free of the HTTP library.
struct Call {
  std::string method;
  std::string target;  // as sent: path and query, still percent-encoded
  std::string host;    // the Host header
  std::string authorization;
  std::string content_type;
  std::string cookie;
  std::string amz_target;
  std::string accept;
  std::string prefer;
  std::string odata_max_version;
  std::string content_disposition;
  std::string range;
  std::string body;
  std::map<std::string, FormFile> files;  // of multipart/form-data, by part name
};

// How a body goes out: whole unless a fault says otherwise.
struct Delivery {
  std::optional<std::size_t> first;    // only so many bytes of it, as a part
  std::optional<std::size_t> cut_at;   // the connection breaks after so many bytes
  bool announce_length{true};          // false: the end of the connection ends the body
  std::optional<std::size_t> flip_at;  // one bit of the byte there is wrong
  std::size_t bytes_a_second{0};       // 0: as fast as it goes
  bool no_answer{false};               // the connection is closed without a byte
};

struct Reply {
  int status{200};
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::shared_ptr<const Picture> picture;  // instead of body
  Delivery delivery;

  // Called before each piece of a picture goes out; false cuts the connection.
  std::function<bool()> may_go_on;
  // Told of each piece of a picture that went out.
  std::function<void(std::size_t)> sent_piece;
  // Called once with the number of picture bytes sent and whether that was all of them.
  std::function<void(std::size_t, bool)> finished;

  [[nodiscard]] std::size_t whole() const { return picture ? picture->size() : body.size(); }

  [[nodiscard]] std::size_t size() const {
    return std::min(whole(), delivery.first.value_or(whole()));
  }
};

// The engine's envelope around `response`, which is JSON text.
Reply answer(std::string_view response);

// The envelope of an error, with the HTTP status that goes with the code.
Reply refuse(int error_code);
Reply refuse(int http_status, int error_code, std::string_view message);

// A page of the web server that stands before the engine.
Reply web_page(int http_status);

// The same shape with the login form some servers give instead of bytes.
Reply login_page();

std::string_view reason_of(int http_status);

}  // namespace fmsim
