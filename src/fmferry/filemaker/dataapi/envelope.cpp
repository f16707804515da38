// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/dataapi/envelope.hpp>
#include <fmferry/filemaker/dataapi/json_repair.hpp>

#include <boost/json.hpp>

#include <array>
#include <charconv>

namespace fmferry::dataapi {
namespace {

namespace json = boost::json;

constexpr std::size_t k_max_depth = 32;

std::optional<json::value> parse(std::string_view text) {
  json::parse_options options;
  options.max_depth = k_max_depth;
  json::error_code error;
  json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  if (error) return std::nullopt;
  return value;
}

Error not_an_envelope(const HttpResponse& response) {
  Error error{.kind = ErrorKind::corrupt, .origin_code = response.status};
  if (response.status >= 500) error.kind = ErrorKind::unavailable;
  if (response.status == 429) error.kind = ErrorKind::throttled;
  error.what = "something other than FileMaker's engine answered (HTTP " +
               std::to_string(response.status) + ", no JSON envelope)";
  if (response.status == 404) error.what += ": is the Data API enabled at this address?";
  return error;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> integer_in(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_string();
  return parse_integer({text.data(), text.size()});
}

std::optional<int> code_in(const json::object& body) {
  const auto* messages = array_of(body, "messages");
  if (messages == nullptr || messages->empty() || !messages->front().is_object()) return {};
  const auto code = integer_of(messages->front().get_object(), "code");
  if (!code || *code < -1 || *code > 1'000'000) return std::nullopt;
  return static_cast<int>(*code);
}

std::string shortest(double number) {
  std::array<char, 40> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} ? std::string(digits.data(), end) : std::string();
}

}  // namespace

Result<Envelope> read_envelope(const HttpResponse& response) {
  if (!trim(response.body).starts_with('{')) return fail(not_an_envelope(response));
  auto value = parse(response.body);
  if (!value) value = parse(repair_json(response.body));
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

std::optional<std::int64_t> integer_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value == nullptr ? std::nullopt : integer_in(*value);
}

std::string text_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return {};
    case json::kind::bool_:
      return value.get_bool() ? "1" : "0";
    case json::kind::int64:
      return std::to_string(value.get_int64());
    case json::kind::uint64:
      return std::to_string(value.get_uint64());
    case json::kind::double_:
      return shortest(value.get_double());
    case json::kind::string:
      return {value.get_string().data(), value.get_string().size()};
    case json::kind::array:
    case json::kind::object:
      return json::serialize(value);
  }
  return {};
}

const json::object* object_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_of(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  return value == nullptr ? nullptr : value->if_array();
}

}  // namespace fmferry::dataapi
