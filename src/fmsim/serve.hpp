// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/settings.hpp>

namespace fmsim {

// Serves until SIGTERM or SIGINT. Returns the exit status; throws std::runtime_error with one clear
// line for what the user can put right.
int serve(const ClinicSettings& clinic, const ServerSettings& server, const ServeSettings& serve);

}  // namespace fmsim
