// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/inventory.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

namespace fmferry {
namespace {

constexpr int k_walks = 3;
constexpr int k_steps_back = 100;  // a walk

class Walk {
 public:
  Walk(const Job& job, const CallContext& context) : job_(job), context_(context) {}

  // Answers the number of distinct records seen, and the source's count at the end.
  Result<std::pair<std::int64_t, std::int64_t>> run() {
    FMF_TRY(job_.ledger.begin_walk());
    const int limit =
        std::max(2, std::min(job_.settings.page_size, job_.source.capabilities().polite_page));
    std::int64_t offset = 1;
    while (true) {
      FMF_TRY_ASSIGN(const Page page, job_.source.page(offset, limit, context_));
      job_.progress.total = page.found_count;
      FMF_TRY_ASSIGN(const bool joined, take(page));
      if (!joined && offset > 1) {  // rows moved: look for a record we know, one page back
        if (++steps_back_ > k_steps_back) break;
        offset = std::max<std::int64_t>(1, offset - limit + 1);
        continue;
      }
      job_.progress.done = seen_;
      const auto count = static_cast<std::int64_t>(page.records.size());
      if (page.records.empty() || offset + count > page.found_count) break;
      offset += count - 1;  // the last record again, as the first of the next page
      if (count == 1) ++offset;
    }
    FMF_TRY_ASSIGN(const std::int64_t source_count, job_.source.count(context_));
    return std::pair{seen_, source_count};
  }

 private:
  // True when the page begins with a record seen before, so nothing can have slipped between.
  Result<bool> take(const Page& page) {
    std::vector<SeenRecord> sights;
    sights.reserve(page.records.size());
    for (const auto& record : page.records) sights.push_back(sight_of(record, job_.settings));
    FMF_TRY_ASSIGN(const auto known, job_.ledger.see(sights));
    seen_ += std::ranges::count(known, false);
    return !known.empty() && known.front();
  }

  const Job& job_;
  const CallContext& context_;
  std::int64_t seen_{0};
  int steps_back_{0};
};

}  // namespace

Result<WalkResult> take_inventory(const Job& job, const CallContext& context) {
  job.progress.phase("inventory");
  const Ledger::WalkRules rules{.unique_ids = !job.settings.key.uses_record_id(),
                                .fold_case = !job.store.capabilities().case_sensitive_keys};
  std::int64_t seen = 0;
  std::int64_t count = 0;
  for (int walk = 0; walk < k_walks; ++walk) {
    FMF_TRY_ASSIGN(std::tie(seen, count), Walk(job, context).run());
    if (seen == count) return job.ledger.end_walk(count, rules);
  }
  return fail(ErrorKind::conflict,
              "the source says it has " + std::to_string(count) + " records but its listing gave " +
                  std::to_string(seen) + ", " + std::to_string(k_walks) +
                  " times: run again when fewer people add or delete records");
}

}  // namespace fmferry
