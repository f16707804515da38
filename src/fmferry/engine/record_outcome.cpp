// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/read_back.hpp>
#include <fmferry/engine/record_outcome.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/log.hpp>

namespace fmferry {
namespace {

constexpr std::size_t k_longest_key = 1024;         // of S3; the least of all stores
constexpr const char* k_some_prefix = ".fmferry/";  // where a listing is short

// What is `invalid` for one record may be so for all: a layout was renamed, a bucket deleted.
Status still_as_configured(const Job& job, std::string_view why, const CallContext& context) {
  if (why == reason::k_fetch_failed) return job.source.check(context);
  FMF_TRY(job.store.list(k_some_prefix, "", context));
  return {};
}

}  // namespace

std::string_view flaw_of(const Body::Facts& facts) {
  if (facts.length == 0) return reason::k_zero_bytes;
  if (facts.inspection.integrity == Integrity::truncated) return reason::k_truncated;
  if (facts.inspection.integrity == Integrity::malformed) return reason::k_malformed;
  return {};
}

std::string key_of(const JobSettings& settings,
                   const LedgerRow& row,
                   const std::string& field,
                   const std::string& extension,
                   const std::string& sha256) {
  return settings.key.make({.id = row.seen.id,
                            .record_id = row.seen.record_id,
                            .container = field,
                            .extension = extension,
                            .sha256 = to_hex(sha256)});
}

std::string_view unnameable(const JobSettings& settings, const LedgerRow& row) {
  if (row.seen.id.empty() && settings.key.uses_id()) return reason::k_missing_id;
  const std::string any_hash = sha256({});
  for (const std::string& field : settings.containers) {
    if (key_of(settings, row, field, "extension", any_hash).size() > k_longest_key) {
      return reason::k_unnameable;
    }
  }
  return {};
}

void Findings::add(const std::string& field, std::string_view flaw_there) {
  if (flawed.empty()) flawed = field;
  if (flaw.empty() || flaw == reason::k_zero_bytes) flaw = flaw_there;
}

StepUpdate hopeless(const LedgerRow& row, const Record& record, const Findings& findings) {
  const std::string_view flaw = findings.flaw;
  StepUpdate update{.record_id = record.record_id, .step = Step::fate, .mod_id = record.mod_id};
  if (row.choice.empty() && !findings.flawed.empty()) update.choice = findings.flawed;
  if (!flaw.empty() && flaw != reason::k_zero_bytes) {
    update.fate = Fate::corrupt;
    update.reason = flaw;
  } else if (findings.unreachable) {
    update.fate = Fate::refused;
    update.reason = reason::k_unreachable;
  } else {
    update.fate = Fate::empty;
    update.reason = flaw.empty() ? reason::k_no_data : flaw;
  }
  return update;
}

std::unique_lock<std::mutex> SharedKeys::lock(const JobSettings& settings, const std::string& key) {
  if (!settings.key.uses_sha256()) return {};
  return std::unique_lock(mutexes_.at(std::hash<std::string>()(key) % mutexes_.size()));
}

namespace {

Result<Receipt> adopt_existing(const Job& job,
                               const Body::Facts& facts,
                               const CallContext& context) {
  auto info = job.store.head(facts.key, context);
  if (!info && info.error().kind == ErrorKind::not_found) {
    info.error().kind = ErrorKind::in_doubt;  // it went away meanwhile: put it again
  }
  if (!info) return fail(info.error());
  if (info->length != facts.length) return fail(ErrorKind::conflict, "the key is taken");
  FMF_TRY_ASSIGN(const auto there, read_back_patiently(job.store, facts.key, context));
  if (there != facts.sha256) return fail(ErrorKind::conflict, "the key is taken");
  return Receipt{
      .length = info->length, .sha256 = there, .etag = info->etag, .proof = Proof::read_back};
}

// The object of other records, whose bytes are not what its name says any more: they repair it.
Result<bool> is_damaged_share(const Job& job, const std::string& key) {
  if (!job.settings.key.uses_sha256()) return false;
  FMF_TRY_ASSIGN(const auto owned, job.ledger.owns(std::span(&key, 1)));
  return owned.front();
}

}  // namespace

Result<Receipt> put_or_adopt(const Job& job,
                             SharedKeys& shared,
                             const Body::Facts& facts,
                             const std::function<Result<Receipt>()>& put,
                             const CallContext& context) {
  const auto one_at_a_time = shared.lock(job.settings, facts.key);
  auto receipt = put();
  if (!receipt && receipt.error().kind == ErrorKind::conflict) {
    receipt = adopt_existing(job, facts, context);
  }
  if (!receipt && receipt.error().kind == ErrorKind::conflict) {
    FMF_TRY_ASSIGN(const bool damaged, is_damaged_share(job, facts.key));
    if (damaged) return fail(ErrorKind::in_doubt, "the object that it shares is damaged");
  }
  if (receipt && receipt->sha256 != facts.sha256) {
    return fail(ErrorKind::corrupt, "the store confirmed another SHA-256 than was sent");
  }
  return receipt;
}

bool unchanged_since_stored(const Job& job,
                            const LedgerRow& row,
                            const Body::Facts& facts,
                            const CallContext& context) {
  const auto& stored = row.stored;
  if (!stored || stored->sha256 != facts.sha256 || stored->key != facts.key) return false;
  const auto there = read_back_patiently(job.store, stored->key, context);
  return there && *there == facts.sha256;
}

Result<LedgerRow> note_moved(const Job& job, const Arrival& arrival, const Receipt& receipt) {
  LedgerRow row = arrival.row;
  const auto& inspection = arrival.facts.inspection;
  row.stored = StoredObject{.field = arrival.field,
                            .key = arrival.facts.key,
                            .length = arrival.facts.length,
                            .sha256 = arrival.facts.sha256,
                            .media_type = inspection.media_type,
                            .width = inspection.width,
                            .height = inspection.height,
                            .orientation = inspection.orientation,
                            .taken = inspection.taken,
                            .pages = inspection.pages,
                            .etag = receipt.etag,
                            .proof = std::string(name_of(receipt.proof)),
                            .file_name = arrival.info.file_name,
                            .alternatives = arrival.info.alternatives};
  StepUpdate update{.record_id = row.seen.record_id,
                    .step = Step::stored,
                    .fate = Fate::moved,
                    .reason = std::string(),
                    .choice = arrival.field,
                    .mark = row.mark,
                    .mod_id = row.seen.mod_id,
                    .stored = row.stored};
  if (!row.image_id.empty()) update.image_id = std::string();  // the catalogue has the old one
  FMF_TRY(record_step(job, update));
  ++job.progress.moved;
  ++job.progress.done;
  return row;
}

Status note_refused(const Job& job, const LedgerRow& row, std::string_view why) {
  ++job.progress.done;
  ++job.progress.troubled;
  return record_step(job,
                     {.record_id = row.seen.record_id,
                      .step = Step::fate,
                      .fate = Fate::refused,
                      .reason = std::string(why)});
}

Result<bool> note_failure(const Job& job,
                          const LedgerRow& row,
                          const Error& error,
                          std::string_view why,
                          const CallContext& context) {
  const Disposition what = disposition_of(error);
  if (what == Disposition::stop_run || what == Disposition::wait_and_retry) return fail(error);
  if (error.kind == ErrorKind::invalid) FMF_TRY(still_as_configured(job, why, context));
  const std::string subject = "record " + std::to_string(row.seen.record_id);
  const bool for_good = job.source.capabilities().settled && why == reason::k_fetch_failed;
  const bool last =
      for_good || what == Disposition::give_up_item || row.tries + 1 >= job.settings.max_tries;
  StepUpdate update{.record_id = row.seen.record_id, .step = Step::tried, .count_try = true};
  if (last) {
    log(LogLevel::warning, subject + " is quarantined: " + to_line(error));
    update.fate = Fate::quarantined;
    update.reason = why;
    ++job.progress.done;
    ++job.progress.troubled;
  } else {
    log(LogLevel::info, subject + " will be tried again: " + to_line(error));
  }
  FMF_TRY(record_step(job, update));
  return !last;
}

}  // namespace fmferry
