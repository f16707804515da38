// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>

#include <string>
#include <vector>

namespace fmferry {

// It is worth a fetch.
[[nodiscard]] bool may_hold_file(const Container& container);

// The rule `first`: the containers of a record that may hold a file (filled, or not known), in the
// order of `fields`. The first is the choice, if it is filled; the rest are taken in turn when it
// turns out empty or corrupt.
[[nodiscard]] std::vector<const Container*> candidates(const Record& record,
                                                       const std::vector<std::string>& fields);

// True when a container holds something, but nothing that can be fetched.
[[nodiscard]] bool has_unreachable(const Record& record, const std::vector<std::string>& fields);

}  // namespace fmferry
