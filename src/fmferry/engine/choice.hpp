// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace fmferry {

// The container that a listing alone shows to be the one to try first; empty: there is none, or it
// shows only when containers are fetched, or looked at.
[[nodiscard]] std::string listed_choice(const JobSettings& settings, const Record& record);

// Asked how much a container has of what the rule compares; nothing: it holds no file.
using Weigher = std::function<Result<std::optional<std::int64_t>>(const std::string& field)>;

// The containers that may hold a file, in the order in which they are to be tried. For `first` that
// is the configured one; for the other rules the heaviest comes first, and the next best is there
// for when that one is no good. Nobody is asked where there is but one, or where FileMaker itself
// tells all lengths.
Result<std::vector<std::string>> order_by_rule(const JobSettings& settings,
                                               const Record& record,
                                               const Weigher& weigher);

// Fetches a container as far as it takes to weigh it: until the source says how long it is, or its
// header how many pixels it has; to its end where neither does. What has no header that tells its
// pixels within its first 256 KiB has none. Bytes count in the job's progress, and a fetch that was
// cut short here is no failure. The errors of Source::fetch().
Result<std::int64_t> weigh(const Job& job,
                           const Record& record,
                           const Container& container,
                           const CallContext& context);

}  // namespace fmferry
