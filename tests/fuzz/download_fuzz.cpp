// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as what a server sends when a container is asked for: status, headers, cookies,
// redirects and bodies. A line "----" ends one answer and begins that of the next hop.
#include "fuzzing.hpp"
#include "one_answer_server.hpp"
#include <fmferry/filemaker/dataapi/download.hpp>

#include <atomic>

namespace fmferry {
namespace {

using fuzzing::must;
using fuzzing::must_be_a_line;
using testing_support::OneAnswerServer;

constexpr std::string_view k_between = "\n----\n";
constexpr std::size_t k_hops = 6;  // more than are ever followed

std::vector<std::string> answers_in(ByteView bytes) {
  std::vector<std::string> answers;
  while (!bytes.empty() && answers.size() < k_hops) {
    const auto answer = bytes.substr(0, bytes.find(k_between));
    answers.emplace_back(answer);
    bytes.remove_prefix(std::min(bytes.size(), answer.size() + k_between.size()));
  }
  return answers;
}

// libcurl 7.88 reads freed memory when the first header of an answer is folded (begins with a
// blank).
bool breaks_libcurl(ByteView bytes) {
  return bytes.find("\n ") != ByteView::npos || bytes.find("\n\t") != ByteView::npos;
}

void download(ByteView bytes) {
  if (breaks_libcurl(bytes)) return;
  static OneAnswerServer server;
  static const HttpClient http({.stall_timeout = std::chrono::seconds(5), .past_proxies = true});
  static const Url origin{
      .scheme = "http", .host = "127.0.0.1", .port = server.port(), .target = "/"};
  Url address = origin;
  address.target = "/Streaming_SSL/MainDB/AB.jpg?RCType=EmbeddedRCFileProcessor";
  server.say(answers_in(bytes));
  std::int64_t delivered = 0;
  std::atomic<bool> parts{true};
  CallContext context;
  if (bytes.size() % 2 == 1) context.first_bytes = 64;
  const auto result = dataapi::download(
      http,
      origin,
      address,
      "made-up",
      parts,
      [&](ByteView piece) -> Status {
        delivered += static_cast<std::int64_t>(piece.size());
        return {};
      },
      context);
  must(!result.stale || delivered == 0);
  if (result.info) must(result.info->length == delivered);
  if (!result.info) must_be_a_line(to_line(result.info.error()));
  // A header that came must not become two that go.
  for (const auto& request : server.requests()) {
    must(request.find('\0') == std::string::npos);
    for (auto at = request.find('\r'); at != std::string::npos; at = request.find('\r', at + 1)) {
      must(at + 1 < request.size() && request[at + 1] == '\n');
    }
  }
}

}  // namespace
}  // namespace fmferry

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fmferry::download(fmferry::fuzzing::view_of(data, size));
  return 0;
}
