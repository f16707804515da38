// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fmferry {

// A text as TOML writes it, in quotes.
[[nodiscard]] std::string toml_text(std::string_view text);
[[nodiscard]] std::string toml_text(const std::vector<std::string>& texts);

}  // namespace fmferry
