// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/dataapi/envelope.hpp>

#include <boost/json.hpp>

namespace fmferry::dataapi {
namespace {

namespace json = boost::json;

Error not_an_envelope(const HttpResponse& response) {
  Error error{.kind = ErrorKind::corrupt, .origin_code = response.status};
  if (response.status >= 500) error.kind = ErrorKind::unavailable;
  if (response.status == 429) error.kind = ErrorKind::throttled;
  error.what = "something other than FileMaker's engine answered (HTTP " +
               std::to_string(response.status) + ", no JSON envelope)";
  if (response.status == 404) error.what += ": is the Data API enabled at this address?";
  return error;
}

std::optional<int> code_in(const json::object& body) {
  const auto* messages = filemaker::array_of(body, "messages");
  if (messages == nullptr || messages->empty() || !messages->front().is_object()) return {};
  const auto code = filemaker::integer_of(messages->front().get_object(), "code");
  if (!code || *code < -1 || *code > 1'000'000) return std::nullopt;
  return static_cast<int>(*code);
}

}  // namespace

Result<Envelope> read_envelope(const HttpResponse& response) {
  if (!trim(response.body).starts_with('{')) return fail(not_an_envelope(response));
  auto value = filemaker::parse_json(response.body);
  if (!value || !value->is_object()) return fail(not_an_envelope(response));
  auto& body = value->get_object();
  const auto code = code_in(body);
  if (!code) return fail(not_an_envelope(response));
  Envelope envelope{.code = *code};
  if (auto* inner = body.if_contains("response"); inner != nullptr && inner->is_object()) {
    envelope.response = std::move(inner->get_object());
  }
  return envelope;
}

}  // namespace fmferry::dataapi
