// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/logged_call.hpp>

namespace fmferry {

void log_call(const std::string& what, const Error* error, std::chrono::milliseconds took) {
  std::string outcome = "ok";
  if (error != nullptr) outcome = std::string(name_of(error->kind)) + " (" + error->what + ")";
  log(LogLevel::debug, what + ": " + outcome + ", " + std::to_string(took.count()) + " ms");
}

}  // namespace fmferry
