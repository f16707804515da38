// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/waterfall.hpp>
#include <fmferry/engine/hand_over.hpp>
#include <fmferry/engine/in_parallel.hpp>
#include <fmferry/engine/passes.hpp>
#include <fmferry/engine/read_back.hpp>
#include <fmferry/engine/record_outcome.hpp>
#include <fmferry/engine/stamp_queue.hpp>
#include <fmferry/engine/work.hpp>
#include <fmferry/foundation/digest.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

namespace fmferry {
namespace {

constexpr std::string_view k_inbox = ".fmferry/inbox/";
// How often one call may fail with the source before it is made smaller, and then given up.
constexpr int k_outages_a_call = 4;
// How often a URL may run out before its turn comes; after that it is a failure like any other.
constexpr int k_late_urls = 3;
// How often an edit may put another container first while a record is on its way.
constexpr int k_new_choices = 3;
// After so many answers about single records that make no sense, and not one that did, it is the
// script that is wrong.
constexpr int k_senseless_answers = 10;

// One record on its way, with the container that is tried now.
struct Parcel {
  LedgerRow row{};
  std::size_t first{0};  // the container that it began with
  std::size_t container{0};
  Findings findings{};
  std::string inbox{};
  std::chrono::steady_clock::time_point signed_at{};
  int late{0};         // how often its URL had run out when its turn came
  int new_choices{0};  // how often it began anew with another container
};

// An object in the inbox, read from its first to its last byte.
struct Examined {
  Body::Facts facts{};
  std::string md5{};  // raw
  std::string etag{};
};

class HandOver {
 public:
  HandOver(const Job& job, const InsideWay& way, std::int64_t limit, const CallContext& context)
      : job_(job), way_(way), rows_(job.ledger, Phase::move, limit), context_(context) {}

  Status run() {
    while (true) {
      FMF_TRY_ASSIGN(std::vector<Parcel> parcels, next_batch());
      if (parcels.empty()) break;
      // Whose container turned out to hold no good picture comes again with its next one.
      while (!parcels.empty()) FMF_TRY(deliver(parcels));
    }
    FMF_TRY_ASSIGN(const std::int64_t anew, stamps_.flush(context_));
    failed_ += anew;
    return {};
  }

  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  Result<std::vector<Parcel>> next_batch() {
    std::vector<Parcel> parcels;
    while (parcels.size() < static_cast<std::size_t>(way_.jobs_a_call)) {
      FMF_TRY_ASSIGN(auto row, rows_.next());
      if (!row) break;
      if (const auto why = unnameable(job_.settings, *row); !why.empty()) {
        FMF_TRY(note_refused(job_, *row, why));
        continue;
      }
      const auto first = static_cast<std::size_t>(place_of(row->choice));
      parcels.push_back({.row = *std::move(row), .first = first, .container = first});
    }
    return parcels;
  }

  // Of a container in the waterfall; the beginning for none.
  [[nodiscard]] std::ptrdiff_t place_of(const std::string& container) const {
    const auto& containers = job_.settings.containers;
    const auto found = std::ranges::find(containers, container);
    return found == containers.end() ? 0 : found - containers.begin();
  }

  // One call to the source; afterwards `parcels` are those that need another one.
  Status deliver(std::vector<Parcel>& parcels) {
    FMF_TRY_ASSIGN(const auto results, upload(parcels));
    std::vector<Parcel> again;
    std::mutex mutex;
    FMF_TRY(in_parallel(results.size(),
                        job_.settings.store_width,
                        context_,
                        [&](std::size_t at, const CallContext& inner) -> Status {
                          FMF_TRY_ASSIGN(const bool next, settle(parcels[at], results[at], inner));
                          if (!next) return {};
                          const std::scoped_lock lock(mutex);
                          again.push_back(parcels[at]);
                          return {};
                        }));
    again.insert(
        again.end(), parcels.begin() + static_cast<std::ptrdiff_t>(results.size()), parcels.end());
    parcels = std::move(again);
    return {};
  }

  // The results of the first so many parcels. An outage is waited out; a call on which the source
  // fails again and again, or which is answered with nonsense, is made smaller, as one record of it
  // may be the cause. This is the only place where such calls are repeated.
  Result<std::vector<UploadResult>> upload(std::vector<Parcel>& parcels) {
    std::size_t count = parcels.size();
    for (int failures = 1;; ++failures) {
      FMF_TRY_ASSIGN(const auto jobs, jobs_for(std::span(parcels).first(count)));
      auto results = way_.uploader.upload(jobs, context_);
      if (results) {
        made_sense_ = true;
        return results;
      }
      const Error& error = results.error();
      const Disposition what = disposition_of(error);
      if (what != Disposition::wait_and_retry && what != Disposition::retry) return results;
      const bool nonsense = error.kind == ErrorKind::corrupt;
      if (count == 1 && nonsense) return note_nonsense(error);
      if (count == 1 && failures > k_outages_a_call) return given_up(error);
      count = std::max<std::size_t>(count / 2, 1);
      // Waits until the source answers again, or until the patience is over.
      if (!nonsense) FMF_TRY(job_.source.count(context_));
    }
  }

  static std::vector<UploadResult> given_up(const Error& error) {
    return {{.error = error.origin_code, .what = error.what}};
  }

  Result<std::vector<UploadResult>> note_nonsense(const Error& error) {
    if (!made_sense_ && ++senseless_ >= k_senseless_answers) {
      return fail(ErrorKind::invalid, "the source answers no upload as it should: " + error.what);
    }
    return given_up(error);
  }

  // New URLs each time: those of before may have run out while an outage lasted.
  Result<std::vector<UploadJob>> jobs_for(std::span<Parcel> parcels) {
    std::vector<UploadJob> jobs;
    for (auto& parcel : parcels) {
      parcel.inbox = std::string(k_inbox) + uuid_v4();
      parcel.signed_at = job_.clock.now();
      FMF_TRY_ASSIGN(auto url, job_.store.presign("PUT", parcel.inbox, way_.url_lifetime));
      jobs.push_back({.record_id = parcel.row.seen.record_id,
                      .id = parcel.row.seen.id,
                      .container = field_of(parcel),
                      .url = std::move(url)});
    }
    return jobs;
  }

  [[nodiscard]] const std::string& field_of(const Parcel& parcel) const {
    return job_.settings.containers.at(parcel.container);
  }

  // True: the parcel is to be tried with its next container.
  Result<bool> settle(Parcel& parcel, const UploadResult& result, const CallContext& context) {
    switch (result.problem) {
      case UploadProblem::none:
        return take_in(parcel, result, context);
      case UploadProblem::no_file:
        return next_container(parcel, context);
      case UploadProblem::record_not_found:
        return not_found(parcel, context);
      case UploadProblem::refused:
        // No fault of the record's: those before it took longer than the URL lived.
        if (ran_out(parcel) && ++parcel.late <= k_late_urls) return true;
        break;
      case UploadProblem::failed:
        break;
    }
    return failure(parcel,
                   {.kind = ErrorKind::corrupt,
                    .what = "the upload from inside FileMaker failed (" +
                            (result.what.empty() ? "HTTP status " + std::to_string(result.status)
                                                 : result.what) +
                            ")",
                    .origin_code = result.error},
                   reason::k_fetch_failed,
                   context);
  }

  [[nodiscard]] bool ran_out(const Parcel& parcel) const {
    return job_.clock.now() - parcel.signed_at >= way_.url_lifetime;
  }

  Result<bool> failure(const Parcel& parcel,
                       const Error& error,
                       std::string_view why,
                       const CallContext& context) {
    FMF_TRY_ASSIGN(const bool again, note_failure(job_, parcel.row, error, why, context));
    failed_ += again ? 1 : 0;
    return false;
  }

  // Deleted, or given another id meanwhile: the source says which.
  Result<bool> not_found(const Parcel& parcel, const CallContext& context) {
    const auto record = job_.source.read(parcel.row.seen.record_id, context);
    if (!record && record.error().kind == ErrorKind::not_found) {
      FMF_TRY(note_refused(job_, parcel.row, reason::k_vanished));
      return false;
    }
    const Error error = record ? Error{.kind = ErrorKind::conflict,
                                       .what = "the script does not find the record by its id"}
                               : record.error();
    return failure(parcel, error, reason::k_fetch_failed, context);
  }

  Result<bool> take_in(Parcel& parcel, const UploadResult& result, const CallContext& context) {
    const auto examined = examine(parcel, context);
    if (!examined && examined.error().kind == ErrorKind::not_found) {
      return failure(parcel,
                     {.kind = ErrorKind::corrupt, .what = "the upload did not arrive in the store"},
                     reason::k_fetch_failed,
                     context);
    }
    if (!examined) return failure(parcel, examined.error(), reason::k_store_failed, context);
    if (!is_what_was_sent(*examined, result)) {
      return failure(parcel,
                     {.kind = ErrorKind::corrupt,
                      .what = "other bytes arrived in the store than FileMaker says it holds"},
                     reason::k_fetch_failed,
                     context);
    }
    if (const auto flaw = flaw_of(examined->facts); !flaw.empty()) {
      parcel.findings.add(field_of(parcel), flaw);
      return next_container(parcel, context);
    }
    return move_in(parcel, result, *examined, context);
  }

  static bool is_what_was_sent(const Examined& examined, const UploadResult& result) {
    if (result.length != examined.facts.length) return false;
    return result.md5.empty() || result.md5 == examined.md5;
  }

  Result<Examined> examine(const Parcel& parcel, const CallContext& context) {
    std::optional<TwoHashers> hashers;
    std::unique_ptr<ContentInspector> inspector;
    const auto begin = [&]() -> ByteSink {
      inspector = job_.inspectors.open();
      return [&inspector, hash = hashers.emplace().sink()](ByteView bytes) -> Status {
        inspector->update(bytes);
        return hash(bytes);
      };
    };
    FMF_TRY_ASSIGN(const ObjectInfo info, get_patiently(job_.store, parcel.inbox, begin, context));
    const Digests digests = hashers->finish();
    Examined examined;
    examined.facts.length = digests.length;
    examined.facts.sha256 = digests.sha256;
    examined.facts.inspection = inspector->finish();
    examined.facts.key = key_of(job_.settings,
                                parcel.row,
                                field_of(parcel),
                                examined.facts.inspection.extension,
                                digests.sha256);
    examined.md5 = digests.md5;
    examined.etag = info.etag;
    return examined;
  }

  Result<bool> next_container(Parcel& parcel, const CallContext& context) {
    if (++parcel.container < job_.settings.containers.size()) return true;
    // Only the source knows what else was in its containers.
    const auto record = job_.source.read(parcel.row.seen.record_id, context);
    if (!record) return failure(parcel, record.error(), reason::k_fetch_failed, context);
    parcel.findings.unreachable = has_unreachable(*record, job_.settings.containers);
    FMF_TRY(record_step(job_, hopeless(parcel.row, *record, parcel.findings)));
    ++job_.progress.done;
    ++job_.progress.troubled;
    return false;
  }

  Result<bool> move_in(Parcel& parcel,
                       const UploadResult& result,
                       const Examined& examined,
                       const CallContext& context) {
    const auto stays = keep_up(parcel, result, context);
    if (!stays) return failure(parcel, stays.error(), reason::k_fetch_failed, context);
    if (!*stays) return true;
    const auto receipt = put_or_adopt(
        job_, shared_, examined.facts, [&] { return copy(parcel, examined, context); }, context);
    if (!receipt && receipt.error().kind == ErrorKind::conflict) {
      FMF_TRY(note_refused(job_, parcel.row, reason::k_key_taken));
      return false;
    }
    if (!receipt) return failure(parcel, receipt.error(), reason::k_store_failed, context);
    const ContainerInfo info{.length = examined.facts.length,
                             .file_name = result.file_name,
                             .verified = !result.md5.empty()};
    const Arrival arrival{
        .row = parcel.row, .field = field_of(parcel), .facts = examined.facts, .info = info};
    FMF_TRY_ASSIGN(LedgerRow row, note_moved(job_, arrival, *receipt));
    FMF_TRY_ASSIGN(const std::int64_t anew, stamps_.add(std::move(row), context));
    failed_ += anew;
    return false;
  }

  // The bytes are those of a later modification than the walk saw: the mark may be another, too.
  // False: so is the container that comes first, and the parcel begins anew with that one.
  Result<bool> keep_up(Parcel& parcel, const UploadResult& result, const CallContext& context) {
    LedgerRow& row = parcel.row;
    if (result.mod_id == row.seen.mod_id) return true;
    FMF_TRY_ASSIGN(const Record now, job_.source.read(row.seen.record_id, context));
    if (now.mod_id != result.mod_id || now.field(job_.settings.id_field) != row.seen.id) {
      return fail(ErrorKind::conflict, "the record was edited while its picture was uploaded");
    }
    row.seen.mod_id = now.mod_id;
    row.mark = now.field(job_.settings.mark_field);
    const auto filled = candidates(now, job_.settings.containers);
    if (filled.empty()) return true;
    const auto first = static_cast<std::size_t>(place_of(filled.front()->field));
    if (first == parcel.first || ++parcel.new_choices > k_new_choices) return true;
    parcel.first = first;
    parcel.container = first;
    parcel.findings = {};
    return false;
  }

  Result<Receipt> copy(const Parcel& parcel, const Examined& examined, const CallContext& context) {
    const auto& facts = examined.facts;
    if (unchanged_since_stored(job_, parcel.row, facts, context)) {
      return Receipt{.length = facts.length,
                     .sha256 = facts.sha256,
                     .etag = parcel.row.stored->etag,
                     .proof = Proof::read_back};
    }
    const bool ours = parcel.row.stored && parcel.row.stored->key == facts.key;
    ++job_.progress.uploads;
    return way_.copier.copy(parcel.inbox,
                            examined.etag,
                            facts.key,
                            {.content_type = facts.inspection.media_type,
                             .sha256 = facts.sha256,
                             .only_if_absent = !ours},
                            context);
  }

  const Job& job_;
  const InsideWay& way_;
  DueRows rows_;
  const CallContext& context_;
  StampQueue stamps_{job_};
  SharedKeys shared_;
  std::atomic<std::int64_t> failed_{0};
  bool made_sense_{false};  // some answer of the source's did
  int senseless_{0};
};

}  // namespace

Status hand_over(const Job& job, const InsideWay& way, const CallContext& context) {
  if (!job.store.capabilities().presign) {
    return fail(ErrorKind::invalid,
                "this store has no presigned URLs: FileMaker can upload to S3 only");
  }
  return move_in_passes(job, context, [&](std::int64_t limit) -> Result<std::int64_t> {
    HandOver pass(job, way, limit, context);
    FMF_TRY(pass.run());
    return pass.failed();
  });
}

}  // namespace fmferry
