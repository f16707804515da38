// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/shell.hpp>

namespace fmferry {

void declare_script(CLI::App& app, Shell& shell);

}  // namespace fmferry
