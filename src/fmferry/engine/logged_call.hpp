// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/log.hpp>
#include <fmferry/foundation/result.hpp>

#include <string>
#include <type_traits>

namespace fmferry {

// "fetch record 17 image_Full: unavailable (502), 1042 ms".
void log_call(const std::string& what, const Error* error, std::chrono::milliseconds took);

// One call, with a line about it for who asked for all of them (-v). what: makes the name of the
// operation and its subject; neither field values nor keys, which may name a patient.
template <class What, class Call>
std::invoke_result_t<Call> logged(Clock& clock, const What& what, const Call& call) {
  if (!is_logged(LogLevel::debug)) return call();
  const auto began = clock.now();
  auto result = call();
  log_call(what(),
           result ? nullptr : &result.error(),
           std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - began));
  return result;
}

}  // namespace fmferry
