// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as what a store answers: listings, uploads, errors with every status.
#include "fuzzing.hpp"
#include <fmferry/s3/answer_error.hpp>

namespace fmferry::s3 {
namespace {

using fuzzing::ignore;
using fuzzing::must;
using fuzzing::must_be_a_line;

void read_list(ByteView xml) {
  const auto page = parse_list_answer(xml);
  if (!page) return must_be_a_line(to_line(page.error()));
  for (const auto& object : page->objects) must(!object.key.empty() && object.length >= 0);
}

void read_error(ByteView body) {
  auto rest = body;
  const std::string line(fuzzing::next_line(rest).substr(0, 60));
  for (const int status : {200, 301, 400, 403, 404, 409, 412, 429, 500, 503, 507}) {
    const HttpResponse response{
        .status = status,
        .headers = {{"Date", line}, {"Retry-After", line}, {"x-amz-bucket-region", line}},
        .body = std::string(body)};
    const Asked asked{.method = "PUT", .bucket = "b", .region = "us-east-1"};
    const auto error = answer_error(response, asked);
    must(!error.what.empty() && error.what.size() < 1500);
    must_be_a_line(to_line(error));
    must(!error.retry_after || error.retry_after->count() >= 0);
    ignore(region_named_by(response));
  }
}

void read_upload(ByteView xml) {
  ignore(parse_upload_id(xml));
  const auto answer = parse_completion(xml);
  if (!answer) return must_be_a_line(to_line(answer.error()));
  const PartName part{.etag = answer->completed.etag,
                      .checksum_sha256 = answer->completed.checksum_sha256};
  ignore(completion_request({part}));
  must(without_quotes(xml).size() <= xml.size());
}

}  // namespace
}  // namespace fmferry::s3

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fmferry::fuzzing::view_of(data, size);
  fmferry::s3::read_list(bytes);
  fmferry::s3::read_error(bytes);
  fmferry::s3::read_upload(bytes);
  return 0;
}
