// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fmsim {

// The text as a literal of standard SQL.
std::string sql_quoted(std::string_view text);

}  // namespace fmsim
