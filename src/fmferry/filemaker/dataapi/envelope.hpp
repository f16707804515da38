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

}  // namespace fmferry::dataapi
