// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace thumbnailer {

// From within the sandbox, tries what hostile code would, and says on standard output, a line each,
// what became of it: "open: refused", or "open: DONE". The tests read this. 0: all was refused.
[[nodiscard]] int try_walls(std::uint64_t memory);

}  // namespace thumbnailer
