// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/script/value.hpp>

#include <string>
#include <utility>
#include <vector>

namespace fmsim {

// The cURL options of Insert from URL that are simulated; any other is a ScriptProblem.
struct CurlOptions {
  std::string method{};
  std::string upload{};       // the variable whose value is the body
  std::string dump_header{};  // the variable that gets the answer's head
  std::vector<std::pair<std::string, std::string>> headers{};
};

CurlOptions read_curl_options(const std::string& text);

struct WebAnswer {
  int error{0};  // FileMaker's: 1631 when there was no answer
  int status{0};
  std::string head{};
  std::string body{};
};

// The head of an answer that came from no server.
std::string head_of(int status);

// A real PUT. To this machine only: a simulator must never send a clinic's pictures anywhere.
WebAnswer web_put(const std::string& url,
                  const std::string& body,
                  const CurlOptions& options,
                  const std::string& ca_file);

}  // namespace fmsim
