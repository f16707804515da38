// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/odata/expression.hpp>

#include <optional>
#include <string>
#include <vector>

namespace fmsim::odata {

// The call of a function in a filter; nothing when there is no such function with such arguments.
std::optional<Expression> call_function(const std::string& name,
                                        const std::vector<Expression>& arguments);

}  // namespace fmsim::odata
