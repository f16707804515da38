// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/foundation/secret.hpp>

#include <string>

namespace fmferry {

// Whether somebody sits there who could answer.
[[nodiscard]] bool can_ask();

// Asks on stderr; only "y" and "yes" are a yes.
[[nodiscard]] bool confirm(const std::string& question);

// The same with the echo off; `what` names the answer in errors. `denied` when nobody can be asked,
// or nothing was typed.
Result<Secret> ask_secret(const std::string& question, const std::string& what);

}  // namespace fmferry
