// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an answer of the Data API: envelope, layout and records, mended or not.
#include "fuzzing.hpp"
#include <fmferry/filemaker/common/json_repair.hpp>
#include <fmferry/filemaker/dataapi/container_value.hpp>
#include <fmferry/filemaker/dataapi/records.hpp>

#include <boost/json.hpp>

namespace fmferry::dataapi {
namespace {

using filemaker::repair_json;
using fuzzing::ignore;
using fuzzing::must;
using fuzzing::must_be_a_line;

const Url k_server{.scheme = "https", .host = "fm.example.test", .port = 443, .target = "/"};

void mend(std::string_view text) {
  const std::string mended = repair_json(text);
  must(repair_json(mended) == mended);
  boost::json::error_code error;
  ignore(boost::json::parse({text.data(), text.size()}, error));
  must(error || mended == text);
}

// A container's bytes are asked of the configured server or of nobody.
void must_lead_to_the_server(const Container& container) {
  if (container.state != ContainerState::filled) return;
  const auto handle = read_handle(container.handle);
  must(handle && handle->session == 7 && handle->url.origin() == k_server.origin());
}

void read_records(const boost::json::object& response, const RecordShape& shape) {
  const auto page = read_page({.response = response, .session = 7}, 1, 100, shape, k_server);
  if (!page) return;
  for (const auto& record : page->records) {
    must(record.containers.size() == shape.containers.size());
    for (const auto& container : record.containers) must_lead_to_the_server(container);
    ignore(write_body(record.fields, record.mod_id));
  }
}

void read_answer(ByteView body) {
  for (const int status : {200, 401, 404, 429, 500, 502}) {
    const auto envelope = read_envelope({.status = status, .body = std::string(body)});
    if (!envelope) must_be_a_line(to_line(envelope.error()));
    if (!envelope || status != 200) continue;
    const auto& response = envelope->response;
    ignore(read_found_count(response));
    read_records(response, {.containers = {"photo", "photo(2)"}, .fields = {"id", "n"}});
    const auto layout = read_layout(response);
    if (!layout) continue;
    DataApiOptions options{.layout = "L", .fields = {"id"}, .written_fields = {"best"}};
    ignore(check_fields(options, *layout));
    read_records(response, shape_for(options, *layout));
  }
}

}  // namespace
}  // namespace fmferry::dataapi

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fmferry::fuzzing::view_of(data, size);
  fmferry::dataapi::mend(bytes);
  fmferry::dataapi::read_answer(bytes);
  return 0;
}
