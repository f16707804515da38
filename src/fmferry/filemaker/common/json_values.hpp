// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fmferry::filemaker {

// FileMaker's JSON: as it stands, or else repaired (see json_repair.hpp); nothing when it is none.
[[nodiscard]] std::optional<boost::json::value> parse_json(std::string_view text);

// An integer, whether it came as a number or as a string.
[[nodiscard]] std::optional<std::int64_t> integer_in(const boost::json::value& value);
[[nodiscard]] std::optional<std::int64_t> integer_of(const boost::json::object& object,
                                                     std::string_view name);
// A field's value as text; null is empty.
[[nodiscard]] std::string text_of(const boost::json::value& value);
// nullptr when it is not there or is something else.
[[nodiscard]] const boost::json::object* object_of(const boost::json::object& object,
                                                   std::string_view name);
[[nodiscard]] const boost::json::array* array_of(const boost::json::object& object,
                                                 std::string_view name);

}  // namespace fmferry::filemaker
