// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/finding.hpp>
#include <fmferry/engine/job.hpp>

#include <functional>
#include <optional>
#include <vector>

namespace fmferry {

// A moved record whose stamp is to be taken back.
struct UnstampTarget {
  RecordId record_id{0};
  std::optional<FindingKind> failure{};  // what its object fails on, if on anything
};

// Reads every object of a moved record that is still in the source. The targets are those whose
// object fails, or with `all` every one that is stamped or fails. Writes nothing.
Result<std::vector<UnstampTarget>> find_unstamp_targets(const Job& job,
                                                        bool all,
                                                        const CallContext& context);

struct UnstampReport {
  std::int64_t emptied{0};  // stamps at the source
  std::int64_t pending{0};  // records that the next run takes up again
  std::int64_t left{0};     // that the source refused, or has no more
};

// Empties the stamps, each bound to the modification that was read, and writes it down. A record
// whose object fails, or that was edited since it was moved, becomes pending: what it holds now is
// not what was proven. Cut off anywhere, the same call goes on.
Result<UnstampReport> unstamp(const Job& job,
                              const std::vector<UnstampTarget>& targets,
                              const CallContext& context);

}  // namespace fmferry
