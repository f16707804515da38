// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace fmferry::clarisid {

// The text as a JSON object, or nothing.
[[nodiscard]] std::optional<boost::json::object> parse_object(std::string_view text);
// nullptr when it is not there or is something else.
[[nodiscard]] const boost::json::object* object_in(const boost::json::object& object,
                                                   std::string_view name);
// Empty when it is not there or is no text.
[[nodiscard]] std::string text_in(const boost::json::object& object, std::string_view name);

}  // namespace fmferry::clarisid
