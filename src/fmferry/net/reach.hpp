// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/error.hpp>

#include <chrono>
#include <optional>
#include <string_view>

namespace fmferry {

// How far a request came that was given no answer.
enum class Reach {
  name_unknown,   // the host has no address
  not_connected,  // nobody takes connections there
  no_tls,         // somebody does, but no TLS came about
  not_trusted,    // TLS did, with a certificate that is not to be trusted
  no_answer,      // the rest: too slow, broken off
};

// For an error of HttpClient::send().
[[nodiscard]] Reach reach_of(const Error& error);

// What the header Date says.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> http_date(std::string_view text);

}  // namespace fmferry
