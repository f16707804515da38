// SPDX-License-Identifier: Apache-2.0
//
// What a thumbnailer that was taken over could say, and what could be said to one.
#include "fuzzing.hpp"
#include <fmferry/thumbnail/protocol.hpp>

namespace fmferry::thumbnail {
namespace {

using fuzzing::must;

void read_answer(std::string_view bytes) {
  const Request request{.number = 7, .edge = 300};
  const auto answer = answer_from(bytes, request);
  if (!answer) return;
  must(answer->number == request.number && answer->length <= k_most_thumbnail);
  must(answer->width <= request.edge && answer->height <= request.edge);
  must((answer->outcome == Outcome::made) == (answer->length > 0));
  must(to_bytes(*answer) == bytes);
}

void read_request(std::string_view bytes) {
  const auto request = request_from(bytes);
  if (!request) return;
  must(request->length <= k_most_bytes && request->edge >= 1 && request->edge <= k_most_edge);
  const auto again = request_from(to_bytes(*request));
  must(again && to_bytes(*again) == to_bytes(*request));
}

}  // namespace
}  // namespace fmferry::thumbnail

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fmferry::thumbnail;
  const auto bytes = fmferry::fuzzing::view_of(data, size);
  read_answer(bytes);
  read_request(bytes);
  if (const auto hello = hello_from(bytes)) fmferry::fuzzing::must(hello->version == k_version);
  return 0;
}
