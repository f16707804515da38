// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace fmsim {

// The whole file; nothing when it cannot be read.
std::optional<std::string> read_whole(const std::string& path);

}  // namespace fmsim
