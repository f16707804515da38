// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fmsim::odata {

// FileMaker's timestamps have no zone: the engine adds the host's when it shows one, and takes an
// instant back to the host's clock when one is written. `offset` is Z or +10:00; stored values are
// as dates.hpp says.
std::string show_instant(std::string_view stored, std::string_view offset);

// `2025-03-05T09:03:07Z`, with any offset, fractions of a second or none of these; nothing when it
// is no such text.
std::optional<std::string> read_instant(std::string_view text, std::string_view offset);

}  // namespace fmsim::odata
