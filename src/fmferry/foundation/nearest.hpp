// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fmferry {

// For "did you mean": the candidate most like what was typed, by edit distance and whatever the
// case; empty when none is much like it.
[[nodiscard]] std::string nearest(std::string_view typed,
                                  const std::vector<std::string>& candidates);

}  // namespace fmferry
