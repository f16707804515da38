// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/bounded_queue.hpp>
#include <fmferry/engine/fetch.hpp>
#include <fmferry/engine/metered_source.hpp>
#include <fmferry/engine/passes.hpp>
#include <fmferry/engine/record_outcome.hpp>
#include <fmferry/engine/stamp_queue.hpp>
#include <fmferry/engine/thumbnail.hpp>
#include <fmferry/engine/transfer.hpp>
#include <fmferry/engine/work.hpp>

#include <atomic>
#include <thread>
#include <utility>

namespace fmferry {
namespace {

// One pass over the pending records.
class Pass {
 public:
  Pass(const Job& job, std::int64_t limit, const CallContext& context)
      : job_(job),
        rows_(job.ledger, Phase::move, limit),
        budget_((job.settings.width + 2) * job.store.capabilities().part_size),
        queue_(static_cast<std::size_t>(job.settings.width) * 2),
        group_(context.stop),
        context_{.stop = group_.token(), .deadline = context.deadline} {}

  Status run() {
    {
      std::vector<std::jthread> storers;
      for (int i = 0; i < job_.settings.store_width; ++i) {
        storers.emplace_back([this] { store_loop(); });
      }
      {
        std::vector<std::jthread> fetchers;
        for (int i = 0; i < job_.settings.width; ++i) {
          fetchers.emplace_back([this] { fetch_loop(); });
        }
      }
      queue_.close();
    }
    FMF_TRY(group_.result());
    const Status stamped = take_stamps(stamps_.flush(context_));
    const std::scoped_lock lock(mutex_);
    if (dry_) return fail(*dry_);
    return stamped;
  }

  // Records that failed for a fault of their own, or were edited meanwhile, and are to be tried
  // again.
  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  void fetch_loop() {
    while (!group_.token().stop_requested()) {
      auto row = rows_.next();
      if (!row) {
        group_.carry_on(fail(std::move(row).error()));
        return;
      }
      if (!*row || is_dry()) return;
      const Status status = fetch_and_queue(**row);
      if (!status && status.error().kind == ErrorKind::budget) return run_dry(status.error());
      if (!group_.carry_on(status)) return;
    }
  }

  // The source gives no more bytes: ours to ask for, or its own limit. What was fetched, or is
  // under way, is still stored; it may have cost the last of an allowance.
  void run_dry(const Error& error) {
    const std::scoped_lock lock(mutex_);
    if (!dry_) dry_ = error;
  }

  bool is_dry() {
    const std::scoped_lock lock(mutex_);
    return dry_.has_value();
  }

  Status fetch_and_queue(const LedgerRow& row) {
    auto fetched = fetch_record(job_, row, budget_, context_);
    if (!fetched) {
      const bool gone = fetched.error().kind == ErrorKind::not_found;
      return gone ? note_refused(job_, row, reason::k_vanished)
                  : take_failure(row, fetched.error(), reason::k_fetch_failed);
    }
    if (!*fetched) {
      ++job_.progress.done;
      ++job_.progress.troubled;
      return {};
    }
    queue_.push(std::move(**fetched), context_.stop);
    return {};
  }

  void store_loop() {
    while (auto fetched = queue_.pop()) {
      if (group_.token().stop_requested()) continue;  // unrecorded: the next run fetches it again
      group_.carry_on(store_one(*fetched));
    }
  }

  Status store_one(Fetched& fetched) {
    if (fetched.store_error) {
      return take_failure(fetched.row, *fetched.store_error, reason::k_store_failed);
    }
    const auto receipt = put_or_adopt(
        job_, shared_, fetched.facts, [&] { return put(fetched); }, context_);
    if (!receipt && receipt.error().kind == ErrorKind::conflict) {
      return note_refused(job_, fetched.row, reason::k_key_taken);
    }
    if (!receipt) return take_failure(fetched.row, receipt.error(), reason::k_store_failed);
    return note_stored(fetched, *receipt);
  }

  Result<Receipt> put(Fetched& fetched) {
    const auto& facts = fetched.facts;
    if (unchanged_since_stored(job_, fetched.row, facts, context_)) {
      return Receipt{.length = facts.length,
                     .sha256 = facts.sha256,
                     .etag = fetched.row.stored->etag,
                     .proof = Proof::read_back};
    }
    ++job_.progress.uploads;
    if (!fetched.body->in_memory()) return fetched.body->publish();
    return job_.store.put(facts.key, fetched.body->bytes(), fetched.body->put_options(), context_);
  }

  Status note_stored(const Fetched& fetched, const Receipt& receipt) {
    const Arrival arrival{
        .row = fetched.row, .field = fetched.field, .facts = fetched.facts, .info = fetched.info};
    FMF_TRY_ASSIGN(LedgerRow row, note_moved(job_, arrival, receipt));
    FMF_TRY(take_stamps(stamps_.add(row, context_)));
    return make_thumbnail_at_hand(job_, row, *fetched.body, context_);
  }

  // A source at its own limit takes no stamps either. The records are moved, and the next run
  // stamps them; the others that were fetched are to be moved as well.
  Status take_stamps(const Result<std::int64_t>& anew) {
    if (anew) {
      failed_ += *anew;
      return {};
    }
    if (anew.error().kind != ErrorKind::budget) return fail(anew.error());
    run_dry(anew.error());
    return {};
  }

  Status take_failure(const LedgerRow& row, const Error& error, std::string_view why) {
    FMF_TRY_ASSIGN(const bool again, note_failure(job_, row, error, why, context_));
    failed_ += again ? 1 : 0;
    return {};
  }

  const Job& job_;
  DueRows rows_;
  ByteBudget budget_;
  BoundedQueue<Fetched> queue_;
  Group group_;
  CallContext context_;
  std::atomic<std::int64_t> failed_{0};
  StampQueue stamps_{job_};
  SharedKeys shared_;
  std::mutex mutex_;
  std::optional<Error> dry_;  // why no more is fetched; guarded by mutex_
};

}  // namespace

Status transfer(const Job& job, const CallContext& context) {
  ByteLine line(
      {.name = "--max-bytes", .most = job.settings.max_bytes, .before = job.progress.bytes});
  MeteredSource metered(job.source, line, job.settings);
  const Job counted = with_source(job, metered);
  return move_in_passes(counted, context, [&](std::int64_t limit) -> Result<std::int64_t> {
    Pass pass(counted, limit, context);
    FMF_TRY(pass.run());
    return pass.failed();
  });
}

}  // namespace fmferry
