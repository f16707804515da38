// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_repair.hpp>
#include <fmferry/filemaker/common/json_values.hpp>

#include <boost/json.hpp>

#include <array>
#include <charconv>

namespace fmferry::filemaker {
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

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string shortest(double number) {
  std::array<char, 40> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc{} ? std::string(digits.data(), end) : std::string();
}

}  // namespace

std::optional<json::value> parse_json(std::string_view text) {
  auto value = parse(text);
  return value ? value : parse(repair_json(text));
}

std::optional<std::int64_t> integer_in(const json::value& value) {
  if (value.is_int64()) return value.get_int64();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_string();
  return parse_integer({text.data(), text.size()});
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

}  // namespace fmferry::filemaker
