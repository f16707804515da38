// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/passes.hpp>
#include <fmferry/engine/write_back.hpp>

#include <algorithm>

namespace fmferry {
namespace {

constexpr std::chrono::milliseconds k_between_passes{1000};

}  // namespace

Status move_in_passes(const Job& job,
                      const CallContext& context,
                      const std::function<Result<std::int64_t>(std::int64_t limit)>& pass) {
  FMF_TRY(write_open_stamps(job, context));
  job.progress.phase("export");
  FMF_TRY_ASSIGN(const std::int64_t due, job.ledger.due_count(Phase::move));
  job.progress.total = job.settings.limit > 0 ? std::min(job.settings.limit, due) : due;
  if (due == 0) return {};
  std::int64_t limit = job.settings.limit;
  while (true) {
    FMF_TRY_ASSIGN(const std::int64_t failed, pass(limit));
    FMF_TRY(write_open_stamps(job, context));
    if (failed == 0) return {};
    // What failed comes first in the next pass: it has the lowest recordIds among the pending.
    if (limit > 0) limit = failed;
    if (!job.clock.sleep_for(k_between_passes, context.stop)) {
      return fail(ErrorKind::cancelled, "interrupted");
    }
  }
}

}  // namespace fmferry
