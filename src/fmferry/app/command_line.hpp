// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/shell.hpp>

#include <stop_token>

namespace fmferry {

// Parses, runs one command, and answers its exit status.
int run_command_line(int argc, char** argv, const std::stop_token& stop);

}  // namespace fmferry
