// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/error.hpp>
#include <fmferry/net/http.hpp>

#include <chrono>

namespace fmferry::clarisid {

// What an answer of Cognito's that is no success means, in our words: its own text is never passed
// on, as it may repeat what we sent. origin_code is the HTTP status.
// - `denied`: the account, its password or a token was refused, or the client or pool is unknown
// - `conflict`: the second factor's code was wrong
// - `throttled`, `unavailable`, `invalid`
[[nodiscard]] Error error_of(const HttpResponse& response);

// A clock that is wrong makes Cognito refuse a right password. Says so, if it is, in place of what
// the error says.
[[nodiscard]] Error blame_clock(Error error,
                                const HttpResponse& response,
                                std::chrono::system_clock::time_point now);

}  // namespace fmferry::clarisid
