// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace fmsim {

// Reads the command line, runs the command, returns the exit status: 0 done, 1 failed, 2 usage.
int run_command_line(int count, char** arguments);

}  // namespace fmsim
