// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/net/http.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace fmferry::dataapi {

// What the Data API wraps every answer in.
struct Envelope {
  int code{0};  // FileMaker's; 0 is success
  boost::json::object response{};
};

// Reads an answer, whatever its HTTP status. A body that is no envelope was written by a proxy or a
// web server instead of the engine: `unavailable` (5xx), `throttled` (429), otherwise `corrupt`.
[[nodiscard]] Result<Envelope> read_envelope(const HttpResponse& response);

// A member as an integer, whether it came as a number or as a string.
[[nodiscard]] std::optional<std::int64_t> integer_of(const boost::json::object& object,
                                                     std::string_view name);
// A field's value as text; null is empty.
[[nodiscard]] std::string text_of(const boost::json::value& value);
// nullptr when it is not there or is something else.
[[nodiscard]] const boost::json::object* object_of(const boost::json::object& object,
                                                   std::string_view name);
[[nodiscard]] const boost::json::array* array_of(const boost::json::object& object,
                                                 std::string_view name);

}  // namespace fmferry::dataapi
