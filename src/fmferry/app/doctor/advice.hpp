// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/app/config.hpp>
#include <fmferry/foundation/error.hpp>

#include <string>
#include <string_view>

namespace fmferry::doctor {

// "fmrest", "fmodata", "fmxdbc": what an account needs to come in by this door.
[[nodiscard]] std::string_view privilege_of(Door door);

// The account was refused, for its password or its rights: FileMaker tells no difference.
[[nodiscard]] bool refuses_account(const Error& error);

// What to do about an error at this door.
[[nodiscard]] std::string advice_for(const Error& error, Door door);

// What to do about something that an ODBC driver or a server said, in any program; empty when it is
// nothing known.
[[nodiscard]] std::string explanation_of(std::string_view message);

}  // namespace fmferry::doctor
