// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/inventory.hpp>

#include <algorithm>

namespace fmferry {
namespace {

constexpr int k_walks = 5;

class Walk {
 public:
  Walk(const Job& job, const CallContext& context) : job_(job), context_(context) {}

  // Answers whether the listing held still and the counts agree.
  Result<bool> run() {
    FMF_TRY(job_.ledger.begin_walk());
    const int limit =
        std::max(2, std::min(job_.settings.page_size, job_.source.capabilities().polite_page));
    std::int64_t offset = 1;
    while (true) {
      FMF_TRY_ASSIGN(const Page page, job_.source.page(offset, limit, context_));
      job_.progress.total = page.found_count;
      const auto count = static_cast<std::int64_t>(page.records.size());
      if (!joins(page)) return false;
      FMF_TRY(take(page));
      job_.progress.done = seen_;
      if (offset + count > page.found_count) break;
      if (count < 2) return false;  // it counts more than it lists
      offset += count - 1;          // the last record again, as the first of the next page
    }
    FMF_TRY_ASSIGN(count_, job_.source.count(context_));
    return seen_ == count_;
  }

  [[nodiscard]] std::int64_t seen() const { return seen_; }

  [[nodiscard]] std::int64_t count() const { return count_; }

 private:
  // Nothing can have slipped between this page and the one before.
  bool joins(const Page& page) {
    const bool first = found_count_ < 0;
    const bool shrunk = page.found_count < found_count_;
    found_count_ = page.found_count;
    if (first) return true;
    if (shrunk || page.records.empty() || page.records.front().record_id != last_) return false;
    return true;
  }

  Status take(const Page& page) {
    if (page.records.empty()) return {};
    std::vector<SeenRecord> sights;
    sights.reserve(page.records.size());
    for (const auto& record : page.records) sights.push_back(sight_of(record, job_.settings));
    FMF_TRY_ASSIGN(const auto known, job_.ledger.see(sights));
    seen_ += std::ranges::count(known, false);
    last_ = page.records.back().record_id;
    return {};
  }

  const Job& job_;
  const CallContext& context_;
  std::int64_t seen_{0};
  std::int64_t count_{-1};
  std::int64_t found_count_{-1};
  RecordId last_{0};
};

}  // namespace

Result<WalkResult> take_inventory(const Job& job, const CallContext& context) {
  job.progress.phase("inventory");
  const bool unique = job.settings.key.needs_unique_ids() && !job.settings.ids_per_container;
  const Ledger::WalkRules rules{.unique_ids = unique,
                                .fold_case = !job.store.capabilities().case_sensitive_keys};
  for (int number = 1;; ++number) {
    Walk walk(job, context);
    FMF_TRY_ASSIGN(const bool held_still, walk.run());
    if (held_still) return job.ledger.end_walk(walk.count(), rules);
    const bool settled = job.source.capabilities().settled;
    if (number < k_walks && !settled) continue;
    const std::string counted = walk.count() < 0 ? std::string("while it was listed")
                                                 : "(it counts " + std::to_string(walk.count()) +
                                                       " records and listed " +
                                                       std::to_string(walk.seen()) + ")";
    if (settled) {
      return fail(ErrorKind::corrupt, "the source does not list what it counts " + counted);
    }
    return fail(ErrorKind::conflict,
                "the source changed " + counted + ", " + std::to_string(k_walks) +
                    " times: run again when fewer people delete or sort records");
  }
}

}  // namespace fmferry
