// SPDX-License-Identifier: Apache-2.0
#include <fmsim/message.hpp>
#include <fmsim/script/web_put.hpp>

#include <httplib.h>

namespace fmsim {
namespace {

constexpr int k_connection_failed = 1631;
constexpr int k_url_wrong = 1630;

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool some = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && quoted && at + 1 < text.size()) {
      word += text[++at];
    } else if (c == '"') {
      quoted = !quoted;
      some = true;
    } else if (c == ' ' && !quoted) {
      if (some) words.push_back(std::move(word));
      word.clear();
      some = false;
    } else {
      word += c;
      some = true;
    }
  }
  if (quoted) throw ScriptProblem("cURL options: a quote without its end");
  if (some) words.push_back(std::move(word));
  return words;
}

bool is_loopback(const std::string& host) {
  return host == "127.0.0.1" || host == "localhost" || host == "[::1]";
}

}  // namespace

std::string head_of(int status) {
  return "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason_of(status)) + "\r\n";
}

CurlOptions read_curl_options(const std::string& text) {
  CurlOptions options;
  const auto words = words_of(text);
  for (std::size_t at = 0; at < words.size(); at += 2) {
    const std::string& word = words[at];
    if (at + 1 == words.size()) throw ScriptProblem("cURL option " + word + " has no value");
    const std::string& value = words[at + 1];
    if (word == "--request" || word == "-X") {
      options.method = value;
    } else if (word == "--upload-file" || word == "-T") {
      options.upload = value;
    } else if (word == "--data-binary") {
      options.upload = value.starts_with('@') ? value.substr(1) : value;
    } else if (word == "--dump-header" || word == "-D") {
      options.dump_header = value;
    } else if (word == "--header" || word == "-H") {
      const std::size_t colon = value.find(':');
      if (colon == std::string::npos) throw ScriptProblem("cURL header without a colon");
      const std::size_t from = value.find_first_not_of(' ', colon + 1);
      options.headers.emplace_back(value.substr(0, colon),
                                   from == std::string::npos ? "" : value.substr(from));
    } else {
      throw ScriptProblem("cURL option " + word + " is not simulated");
    }
  }
  if (options.method != "PUT" || !options.upload.starts_with('$')) {
    throw ScriptProblem("cURL: only a PUT of a variable is simulated");
  }
  return options;
}

WebAnswer web_put(const std::string& url,
                  const std::string& body,
                  const CurlOptions& options,
                  const std::string& ca_file) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = scheme == std::string::npos ? scheme : url.find('/', scheme + 3);
  if (path == std::string::npos) return {.error = k_url_wrong};
  const std::string place = url.substr(scheme + 3, path - scheme - 3);
  const std::string host = place.substr(0, place.rfind(':'));
  if (!is_loopback(host)) {
    throw ScriptProblem("Insert from URL: the simulator sends nothing to " + host);
  }
  httplib::Client client(url.substr(0, path));
  client.set_url_encode(false);
  client.set_keep_alive(false);
  if (!ca_file.empty()) client.set_ca_cert_path(ca_file);
  httplib::Headers headers;
  std::string type;
  for (const auto& [name, value] : options.headers) {
    if (name == "Content-Type") {
      type = value;
    } else {
      headers.emplace(name, value);
    }
  }
  const auto answer = client.Put(url.substr(path), headers, body, type);
  if (!answer) return {.error = k_connection_failed};
  WebAnswer result{.status = answer->status, .head = head_of(answer->status), .body = answer->body};
  for (const auto& [name, value] : answer->headers) result.head += name + ": " + value + "\r\n";
  return result;
}

}  // namespace fmsim
