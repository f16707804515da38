// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/bounded_queue.hpp>
#include <fmferry/engine/fetch.hpp>
#include <fmferry/engine/read_back.hpp>
#include <fmferry/engine/record_write.hpp>
#include <fmferry/engine/transfer.hpp>
#include <fmferry/engine/work.hpp>
#include <fmferry/engine/write_back.hpp>
#include <fmferry/foundation/log.hpp>

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace fmferry {
namespace {

constexpr std::chrono::milliseconds k_between_passes{1000};
constexpr const char* k_some_prefix = ".fmferry/";  // where a listing is short

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
    FMF_TRY(stamp_batch(unstamped_));
    if (!out_of_bytes_) return {};
    return fail(ErrorKind::budget, "the limit of bytes to read (--max-bytes) is reached");
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
      if (!*row) return;
      if (spent()) {
        // No more is fetched; what was fetched is still stored.
        out_of_bytes_ = true;
        return;
      }
      if (!group_.carry_on(fetch_and_queue(**row))) return;
    }
  }

  bool spent() const {
    return job_.settings.max_bytes > 0 && job_.progress.bytes >= job_.settings.max_bytes;
  }

  Status fetch_and_queue(const LedgerRow& row) {
    auto fetched = fetch_record(job_, row, budget_, context_);
    if (!fetched) {
      const bool gone = fetched.error().kind == ErrorKind::not_found;
      return gone ? note_vanished(row) : note_failure(row, fetched.error(), reason::k_fetch_failed);
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
      return note_failure(fetched.row, *fetched.store_error, reason::k_store_failed);
    }
    auto receipt = put(fetched);
    if (!receipt && receipt.error().kind == ErrorKind::conflict) {
      receipt = adopt_existing(fetched);
      if (!receipt && receipt.error().kind == ErrorKind::conflict) return note_taken(fetched.row);
    }
    if (receipt && receipt->sha256 != fetched.facts.sha256) {
      receipt = fail(ErrorKind::corrupt, "the store confirmed another SHA-256 than was sent");
    }
    if (!receipt) return note_failure(fetched.row, receipt.error(), reason::k_store_failed);
    return note_moved(fetched, *receipt);
  }

  Result<Receipt> put(Fetched& fetched) {
    const auto& facts = fetched.facts;
    if (unchanged_since_stored(fetched)) {
      return Receipt{.length = facts.length,
                     .sha256 = facts.sha256,
                     .etag = fetched.row.stored->etag,
                     .proof = Proof::read_back};
    }
    ++job_.progress.uploads;
    if (!fetched.body->in_memory()) return fetched.body->publish();
    const std::string bytes = fetched.body->take_bytes();
    return job_.store.put(facts.key, bytes, fetched.body->put_options(), context_);
  }

  // The record was edited, its picture was not: what the ledger says is stored is read and hashed.
  bool unchanged_since_stored(const Fetched& fetched) {
    const auto& stored = fetched.row.stored;
    if (!stored || stored->sha256 != fetched.facts.sha256 || stored->key != fetched.facts.key) {
      return false;
    }
    const auto there = read_back_patiently(job_.store, stored->key, context_);
    return there && *there == fetched.facts.sha256;
  }

  // Something lies under the key. If it is these bytes (an earlier run was cut off before it could
  // write that down), it is ours; otherwise `conflict`.
  Result<Receipt> adopt_existing(const Fetched& fetched) {
    auto info = job_.store.head(fetched.facts.key, context_);
    if (!info && info.error().kind == ErrorKind::not_found) {
      info.error().kind = ErrorKind::in_doubt;  // it went away meanwhile: put it again
    }
    if (!info) return fail(info.error());
    if (info->length != fetched.facts.length) return fail(ErrorKind::conflict, "the key is taken");
    FMF_TRY_ASSIGN(const auto there, read_back_patiently(job_.store, fetched.facts.key, context_));
    if (there != fetched.facts.sha256) return fail(ErrorKind::conflict, "the key is taken");
    return Receipt{
        .length = info->length, .sha256 = there, .etag = info->etag, .proof = Proof::read_back};
  }

  Status note_moved(const Fetched& fetched, const Receipt& receipt) {
    LedgerRow row = fetched.row;
    const auto& inspection = fetched.facts.inspection;
    row.stored = StoredObject{.field = fetched.field,
                              .key = fetched.facts.key,
                              .length = fetched.facts.length,
                              .sha256 = fetched.facts.sha256,
                              .media_type = inspection.media_type,
                              .width = inspection.width,
                              .height = inspection.height,
                              .etag = receipt.etag,
                              .proof = std::string(name_of(receipt.proof)),
                              .file_name = fetched.info.file_name,
                              .alternatives = fetched.info.alternatives};
    StepUpdate update{.record_id = row.seen.record_id,
                      .step = Step::stored,
                      .fate = Fate::moved,
                      .reason = std::string(),
                      .choice = fetched.field,
                      .mark = row.mark,
                      .mod_id = row.seen.mod_id,
                      .stored = row.stored};
    if (!row.image_id.empty()) update.image_id = std::string();  // the catalogue has the old one
    FMF_TRY(record_step(job_, update));
    ++job_.progress.moved;
    ++job_.progress.done;
    if (writes_batches(job_)) return stamp_with_others(std::move(row));
    FMF_TRY_ASSIGN(const Stamping stamping, stamp_record(job_, row, context_));
    if (stamping == Stamping::begun_anew) ++failed_;
    return {};
  }

  // Its step `stored` is in the ledger: a run that is cut off now finds it there.
  Status stamp_with_others(LedgerRow row) {
    std::vector<LedgerRow> batch;
    {
      const std::scoped_lock lock(mutex_);
      unstamped_.push_back(std::move(row));
      const auto enough = static_cast<std::size_t>(job_.source.capabilities().write_batch);
      if (unstamped_.size() < enough) return {};
      batch = std::exchange(unstamped_, {});
    }
    return stamp_batch(batch);
  }

  Status stamp_batch(const std::vector<LedgerRow>& batch) {
    FMF_TRY_ASSIGN(const std::int64_t anew, stamp_records(job_, batch, context_));
    failed_ += anew;
    return {};
  }

  Status note_vanished(const LedgerRow& row) {
    ++job_.progress.done;
    ++job_.progress.troubled;
    return record_step(job_,
                       {.record_id = row.seen.record_id,
                        .step = Step::fate,
                        .fate = Fate::refused,
                        .reason = std::string(reason::k_vanished)});
  }

  Status note_taken(const LedgerRow& row) {
    ++job_.progress.done;
    ++job_.progress.troubled;
    return record_step(job_,
                       {.record_id = row.seen.record_id,
                        .step = Step::fate,
                        .fate = Fate::refused,
                        .reason = std::string(reason::k_key_taken)});
  }

  // What is `invalid` for one record may be so for all: a layout was renamed, a bucket deleted.
  Status still_as_configured(std::string_view why) {
    if (why == reason::k_fetch_failed) return job_.source.check(context_);
    FMF_TRY(job_.store.list(k_some_prefix, "", context_));
    return {};
  }

  // The record's own fault costs a try; the last one its freedom. All else ends the run. What a
  // settled source fails on, it fails on each time.
  Status note_failure(const LedgerRow& row, const Error& error, std::string_view why) {
    const Disposition what = disposition_of(error);
    if (what == Disposition::stop_run || what == Disposition::wait_and_retry) return fail(error);
    if (error.kind == ErrorKind::invalid) FMF_TRY(still_as_configured(why));
    const std::string subject = "record " + std::to_string(row.seen.record_id);
    const bool for_good = job_.source.capabilities().settled && why == reason::k_fetch_failed;
    const bool last =
        for_good || what == Disposition::give_up_item || row.tries + 1 >= job_.settings.max_tries;
    StepUpdate update{.record_id = row.seen.record_id, .step = Step::tried, .count_try = true};
    if (last) {
      log(LogLevel::warning, subject + " is quarantined: " + to_line(error));
      update.fate = Fate::quarantined;
      update.reason = why;
      ++job_.progress.done;
      ++job_.progress.troubled;
    } else {
      log(LogLevel::info, subject + " will be tried again: " + to_line(error));
      ++failed_;
    }
    return record_step(job_, update);
  }

  const Job& job_;
  DueRows rows_;
  ByteBudget budget_;
  BoundedQueue<Fetched> queue_;
  Group group_;
  CallContext context_;
  std::atomic<std::int64_t> failed_{0};
  std::atomic<bool> out_of_bytes_{false};
  std::mutex mutex_;
  std::vector<LedgerRow> unstamped_;  // guarded by mutex_: stored, and to be stamped in one batch
};

}  // namespace

Status transfer(const Job& job, const CallContext& context) {
  FMF_TRY(write_open_stamps(job, context));
  job.progress.phase("export");
  FMF_TRY_ASSIGN(const std::int64_t due, job.ledger.due_count(Phase::move));
  job.progress.total = job.settings.limit > 0 ? std::min(job.settings.limit, due) : due;
  if (due == 0) return {};
  std::int64_t limit = job.settings.limit;
  while (true) {
    Pass pass(job, limit, context);
    FMF_TRY(pass.run());
    FMF_TRY(write_open_stamps(job, context));
    if (pass.failed() == 0) return {};
    // What failed comes first in the next pass: it has the lowest recordIds among the pending.
    if (limit > 0) limit = pass.failed();
    if (!job.clock.sleep_for(k_between_passes, context.stop)) {
      return fail(ErrorKind::cancelled, "interrupted");
    }
  }
}

}  // namespace fmferry
