// SPDX-License-Identifier: Apache-2.0
//
// Any text as an address, the first line as the place where the second was found; and the codecs
// that addresses and headers go through.
#include "fuzzing.hpp"
#include <fmferry/filemaker/common/server.hpp>
#include <fmferry/filemaker/dataapi/container_value.hpp>
#include <fmferry/filemaker/dataapi/endpoint.hpp>
#include <fmferry/net/http.hpp>

namespace fmferry {
namespace {

using fuzzing::ignore;
using fuzzing::must;

const Url k_server{.scheme = "https", .host = "fm.example.test", .port = 443, .target = "/"};

void read_url(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return;
  must(url->port >= 1 && url->port <= 65535 && url->target.starts_with('/'));
  must(url->host.find_first_of("/?#@") == std::string::npos);
  const auto again = parse_url(url->origin() + url->target);
  must(again && again->origin() == url->origin() && again->target == url->target);
  ignore(dataapi::extension_of(*url));
  ignore(filemaker::server_of(std::string(text)));
}

void follow(std::string_view first, std::string_view second) {
  const auto here = dataapi::stream_url(k_server, k_server, first);
  if (!here) return;
  must(here->origin() == k_server.origin());
  const auto next = dataapi::stream_url(k_server, *here, second);
  must(!next || next->origin() == k_server.origin());
  // What is sent as a request line holds no blank that would end it.
  must(!next || next->target.find_first_of(" \r\n\t") == std::string::npos);
  if (const auto url = resolve_url(*here, second)) must(!url->target.empty());
}

void code(std::string_view text) {
  must(percent_decode(percent_encode(text)) == text);
  must(percent_decode(percent_encode(text, true)) == text);
  must(from_hex(to_hex(text)) == text);
  must(from_base64(to_base64(text)) == text);
  must(percent_decode(text).size() <= text.size());
  if (const auto bytes = from_hex(text)) must(to_hex(*bytes) == to_lower(text));
  ignore(from_base64(text));
  ignore(dataapi::read_handle(text));
}

}  // namespace
}  // namespace fmferry

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = fmferry::fuzzing::view_of(data, size);
  fmferry::code(text);
  fmferry::read_url(text);
  const auto first = fmferry::fuzzing::next_line(text);
  fmferry::read_url(first);
  fmferry::follow(first, fmferry::fuzzing::next_line(text));
  return 0;
}
