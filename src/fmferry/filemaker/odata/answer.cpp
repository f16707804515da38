// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/filemaker_code.hpp>
#include <fmferry/filemaker/common/json_values.hpp>
#include <fmferry/filemaker/odata/answer.hpp>

#include <boost/json.hpp>

#include <charconv>

namespace fmferry::odata {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> number_in(std::string_view text) {
  text = trim(text);
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// <m:error><m:code>212</m:code>...: what a server sends that did not see that we want JSON.
std::optional<std::string> code_in_xml(std::string_view body) {
  const auto begin = body.find("code>");
  if (begin == std::string_view::npos || body.find("error>") == std::string_view::npos) return {};
  const auto text = body.substr(begin + 5);
  return std::string(trim(text.substr(0, text.find('<'))));
}

// The code of the engine's own error, as the text that it is; nothing when the engine wrote none.
std::optional<std::string> code_in(std::string_view body) {
  if (trim(body).starts_with('<')) return code_in_xml(body);
  const auto value = filemaker::parse_json(body);
  const auto* object = value ? value->if_object() : nullptr;
  const auto* error = object == nullptr ? nullptr : filemaker::object_of(*object, "error");
  const auto* code = error == nullptr ? nullptr : error->if_contains("code");
  return code == nullptr ? std::nullopt : std::optional(filemaker::text_of(*code));
}

Error not_from_the_engine(const HttpResponse& response) {
  Error error{.kind = ErrorKind::corrupt, .origin_code = response.status};
  if (response.status >= 500) error.kind = ErrorKind::unavailable;
  if (response.status == 429) error.kind = ErrorKind::throttled;
  if (response.status == 401 || response.status == 403) error.kind = ErrorKind::denied;
  error.what = "something other than FileMaker's OData engine answered (HTTP " +
               std::to_string(response.status) + ", no OData error)";
  if (response.status == 404) error.what += ": is OData enabled at this address?";
  return error;
}

Error own_error(ErrorKind kind, std::string what, std::int64_t code) {
  return {.kind = kind,
          .what = std::move(what) + " (OData code " + std::to_string(code) + ")",
          .origin_code = static_cast<int>(code)};
}

Error meaning_of(const std::string& code, int status) {
  const auto number = number_in(code);
  if (!number) {
    // "FQL0001/(1:20)": the layer that makes SQL of the request.
    return {.kind = ErrorKind::invalid,
            .what = "the server does not understand the request (an error of its SQL layer)",
            .origin_code = status};
  }
  if (*number == k_no_such_record)
    return own_error(ErrorKind::not_found, "the record is gone", *number);
  if (*number == k_no_such_table) {
    return own_error(ErrorKind::invalid, "there is no such table occurrence", *number);
  }
  if (*number == k_bad_address || *number == 8309) {
    return own_error(
        ErrorKind::invalid, "a field or a part of the request is unknown to the server", *number);
  }
  if (*number < 0 && status < 500) {
    return own_error(ErrorKind::invalid, "the server refuses the request", *number);
  }
  if (*number == filemaker::k_bad_credentials) {
    return {.kind = ErrorKind::denied,
            .what =
                "user or password is wrong, or the account lacks the extended privilege fmodata "
                "(FileMaker code 212)",
            .origin_code = filemaker::k_bad_credentials};
  }
  return filemaker::error_of(static_cast<int>(*number));
}

}  // namespace

Error answer_error(const HttpResponse& response) {
  const auto code = code_in(response.body);
  return code ? meaning_of(*code, response.status) : not_from_the_engine(response);
}

Result<json::object> read_object(const HttpResponse& response) {
  auto value =
      trim(response.body).starts_with('{') ? filemaker::parse_json(response.body) : std::nullopt;
  if (!value || !value->is_object()) {
    return fail(Error{.kind = ErrorKind::corrupt,
                      .what = "the server's answer is no OData JSON",
                      .origin_code = response.status});
  }
  if (value->get_object().contains("error")) return fail(answer_error(response));
  return std::move(value->get_object());
}

const json::value* control_of(const json::object& object, std::string_view name) {
  const std::string short_name = "@" + std::string(name);
  const std::string long_name = "@odata." + std::string(name);
  const auto* value = object.if_contains(short_name);
  return value != nullptr ? value : object.if_contains(long_name);
}

std::optional<std::int64_t> affected_rows(const HttpResponse& response) {
  return number_in(response.header("fmodata.affected_rows"));
}

}  // namespace fmferry::odata
