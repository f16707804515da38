// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/work.hpp>

#include <algorithm>
#include <thread>

namespace fmferry {
namespace {

constexpr int k_rows_a_page = 256;

}  // namespace

DueRows::DueRows(Ledger& ledger, Phase phase, std::int64_t limit)
    : ledger_(ledger), phase_(phase), limit_(limit) {}

Result<std::vector<LedgerRow>> DueRows::next_some(std::size_t most) {
  const std::scoped_lock lock(mutex_);
  std::vector<LedgerRow> rows;
  while (rows.size() < most) {
    if (limit_ > 0 && handed_out_ >= limit_) break;
    if (at_ == page_.size()) {
      FMF_TRY_ASSIGN(page_, ledger_.due(phase_, after_, k_rows_a_page));
      at_ = 0;
      if (page_.empty()) break;
    }
    rows.push_back(std::move(page_[at_++]));
    after_ = rows.back().seen.record_id;
    ++handed_out_;
  }
  return rows;
}

Result<std::optional<LedgerRow>> DueRows::next() {
  FMF_TRY_ASSIGN(auto rows, next_some(1));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::int64_t DueRows::handed_out() const {
  const std::scoped_lock lock(mutex_);
  return handed_out_;
}

Group::Group(std::stop_token outer)
    : outer_(std::move(outer)), chain_(outer_, [this] { stop_.request_stop(); }) {}

bool Group::carry_on(const Status& status) {
  if (status) return !stop_.stop_requested();
  {
    const std::scoped_lock lock(mutex_);
    if (!error_) error_ = status.error();
  }
  stop_.request_stop();
  return false;
}

Status Group::result() const {
  const std::scoped_lock lock(mutex_);
  if (outer_.stop_requested()) return fail(ErrorKind::cancelled, "interrupted");
  if (error_) return fail(*error_);
  return {};
}

namespace {

Status for_each_some(
    const Job& job,
    Phase phase,
    int width,
    std::int64_t limit,
    std::size_t some,
    const CallContext& context,
    const std::function<Status(std::span<const LedgerRow>, const CallContext&)>& work) {
  FMF_TRY_ASSIGN(const std::int64_t due, job.ledger.due_count(phase));
  if (due == 0) return {};
  job.progress.total = limit > 0 ? std::min(limit, due) : due;
  DueRows rows(job.ledger, phase, limit);
  Group group(context.stop);
  const CallContext inner{.stop = group.token(), .deadline = context.deadline};
  {
    std::vector<std::jthread> workers;
    const auto count = std::min<std::int64_t>(width, due);
    for (std::int64_t i = 0; i < count; ++i) {
      workers.emplace_back([&] {
        while (!group.token().stop_requested()) {
          auto taken = rows.next_some(some);
          if (!taken) {
            group.carry_on(fail(std::move(taken).error()));
            return;
          }
          if (taken->empty()) return;
          if (!group.carry_on(work(*taken, inner))) return;
          job.progress.done += static_cast<std::int64_t>(taken->size());
        }
      });
    }
  }
  return group.result();
}

}  // namespace

Status for_each_due(const Job& job,
                    Phase phase,
                    int width,
                    std::int64_t limit,
                    const CallContext& context,
                    const std::function<Status(const LedgerRow&, const CallContext&)>& work) {
  return for_each_some(
      job,
      phase,
      width,
      limit,
      1,
      context,
      [&work](std::span<const LedgerRow> rows, const CallContext& inner) -> Status {
        return work(rows.front(), inner);
      });
}

Status for_each_due_batch(
    const Job& job,
    Phase phase,
    int width,
    std::int64_t limit,
    const CallContext& context,
    const std::function<Status(std::span<const LedgerRow>, const CallContext&)>& work) {
  const auto some = static_cast<std::size_t>(job.source.capabilities().write_batch);
  return for_each_some(job, phase, width, limit, some, context, work);
}

}  // namespace fmferry
