// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/odata/expression.hpp>

#include <functional>
#include <string>

namespace fmsim::odata {

using Predicate = std::function<bool(const Row&)>;

// A $filter: comparisons, `in`, and, or, not, and the functions on text and dates. Names with a
// blank or a symbol stand in double quotes. Refused with 8309 as the SQL layer does.
Predicate read_filter(const std::string& text, TableId table, const ODataSettings& settings);

}  // namespace fmsim::odata
