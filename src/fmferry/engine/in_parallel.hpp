// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/result.hpp>

#include <cstddef>
#include <functional>

namespace fmferry {

// Calls `work` with 0 .. count-1 from `width` threads at most. Ends at the first error, or when the
// context is stopped; then `cancelled`.
Status in_parallel(std::size_t count,
                   int width,
                   const CallContext& context,
                   const std::function<Status(std::size_t, const CallContext&)>& work);

}  // namespace fmferry
