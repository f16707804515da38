// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/settings.hpp>

#include <string>

namespace fmsim {

struct ScriptSettings {
  std::string file;
  std::string folder;
  std::string parameter_file;
  std::string ca_file;
};

// Runs a script of clipboard XML on the clinic whose edits are kept in the folder, and prints its
// result. Throws std::runtime_error, naming the file and what is wrong with it.
int run_script_file(const ClinicSettings& clinic, const ScriptSettings& script);

}  // namespace fmsim
