// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/hand_over.hpp>
#include <fmferry/engine/inventory.hpp>
#include <fmferry/engine/link.hpp>
#include <fmferry/engine/pipeline.hpp>
#include <fmferry/engine/push.hpp>
#include <fmferry/engine/thumbnail.hpp>
#include <fmferry/engine/transfer.hpp>
#include <fmferry/engine/write_back.hpp>
#include <fmferry/foundation/log.hpp>

#include <numeric>

namespace fmferry {
namespace {

// A source in use gains records all the time; what comes after this many rounds is for the next
// run.
constexpr int k_rounds = 3;

Status work_through(const Job& job, Goal goal, const InsideWay* way, const CallContext& context) {
  if (goal == Goal::mark) FMF_TRY(write_marks(job, context));
  if (goal == Goal::move || goal == Goal::everything) {
    FMF_TRY(way == nullptr ? transfer(job, context) : hand_over(job, *way, context));
    FMF_TRY(make_thumbnails(job, context));  // those whose bytes were not at hand
  }
  if (goal == Goal::link || goal == Goal::everything) FMF_TRY(link_records(job, context));
  return {};
}

Status push(const Job& job, Goal goal, const CallContext& context) {
  FMF_TRY_ASSIGN(const PushReport report,
                 goal == Goal::push_marks ? push_marks(job, context) : push_stamps(job, context));
  if (report.left > 0) {
    log(LogLevel::warning,
        std::to_string(report.left) + " records have another id now: the next run looks at them");
  }
  return {};
}

}  // namespace

Status pursue(const Job& job, Goal goal, const CallContext& context, const InsideWay* way) {
  if (is_push(goal)) return push(job, goal, context);
  if (goal == Goal::link) return link_records(job, context);
  if (goal == Goal::thumbnails) {
    FMF_TRY(remake_lost_thumbnails(job, context));
    return make_thumbnails(job, context);
  }
  FMF_TRY(take_inventory(job, context));
  for (int round = 1;; ++round) {
    FMF_TRY(work_through(job, goal, way, context));
    if (job.source.capabilities().settled) return {};
    FMF_TRY_ASSIGN(const std::int64_t now, job.source.count(context));
    FMF_TRY_ASSIGN(const LedgerCounts counts, job.ledger.counts());
    const auto vanished = counts.reasons.find(std::string(reason::k_vanished));
    if (now == counts.present && vanished == counts.reasons.end()) return {};
    FMF_TRY(take_inventory(job, context));
    if (round == k_rounds || job.settings.limit > 0) return {};
  }
}

bool needs_attention(const LedgerCounts& counts) {
  return counts.fates.at(Fate::corrupt) > 0 || counts.fates.at(Fate::duplicate) > 0 ||
         counts.fates.at(Fate::refused) > 0 || counts.fates.at(Fate::quarantined) > 0 ||
         !counts.stamp_problems.empty() || !counts.link_problems.empty();
}

bool adds_up(const LedgerCounts& counts) {
  const auto sum =
      std::accumulate(counts.fates.begin(),
                      counts.fates.end(),
                      std::int64_t{0},
                      [](std::int64_t total, const auto& fate) { return total + fate.second; });
  return sum == counts.present && counts.present == counts.source_count;
}

}  // namespace fmferry
