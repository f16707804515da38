// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

#include <functional>

namespace fmferry {

// Moves what is due in passes over the pending records, until one leaves none that is to be tried
// again. Stamps that an earlier run left open are written first, those that a pass left open after
// it.
//
// pass: takes up at most `limit` records (0: all) and answers how many of them are to be tried
// again.
Status move_in_passes(const Job& job,
                      const CallContext& context,
                      const std::function<Result<std::int64_t>(std::int64_t limit)>& pass);

}  // namespace fmferry
