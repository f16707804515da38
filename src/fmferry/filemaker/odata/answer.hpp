// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/net/http.hpp>

#include <boost/json/object.hpp>

namespace fmferry::odata {

// FileMaker's OData engine has numbers of its own besides FileMaker's.
inline constexpr int k_bad_address = -1002;
inline constexpr int k_no_such_table = -1020;
inline constexpr int k_no_such_record = -1023;

// What an answer outside 200..299 means, told by FileMaker's own code in it (JSON or XML) and in
// our words. What the engine did not write came from a proxy or a web server: `unavailable`,
// `throttled`, `denied` for 401, otherwise `corrupt`; never `not_found`.
[[nodiscard]] Error answer_error(const HttpResponse& response);

// The object of a good answer. `corrupt` when it is none, or the error that it turns out to be.
[[nodiscard]] Result<boost::json::object> read_object(const HttpResponse& response);

// A control value such as `@count`, which older servers call `@odata.count`; nullptr: none.
[[nodiscard]] const boost::json::value* control_of(const boost::json::object& object,
                                                   std::string_view name);

// The number in `fmodata.affected_rows`; nothing when the server does not say.
[[nodiscard]] std::optional<std::int64_t> affected_rows(const HttpResponse& response);

}  // namespace fmferry::odata
