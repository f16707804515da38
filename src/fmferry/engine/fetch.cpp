// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/choice.hpp>
#include <fmferry/engine/fetch.hpp>
#include <fmferry/engine/record_outcome.hpp>

#include <algorithm>

namespace fmferry {
namespace {

// How often one body may be cut by an outage before it is suspected of causing them.
constexpr int k_outages_a_body = 4;
// The same, when no other body came through meanwhile. The gate's waits double, so this is hours.
constexpr int k_lonely_outages_a_body = 24;
// How often it may end too early in one visit, before that costs the record a try.
constexpr int k_cuts_a_body = 2;

std::string_view flaw_in(const Fetched& fetched) {
  return fetched.damaged ? reason::k_damaged_at_source : flaw_of(fetched.facts);
}

// Nothing says that these are all the bytes: not the source, and not their own structure.
bool is_doubtful(const Fetched& fetched) {
  if (fetched.info.verified) return false;
  if (!flaw_in(fetched).empty()) return true;
  return !fetched.info.length_announced && fetched.facts.inspection.integrity == Integrity::unknown;
}

class RecordFetch {
 public:
  RecordFetch(const Job& job, const LedgerRow& row, ByteBudget& budget, const CallContext& context)
      : job_(job), row_(row), budget_(budget), context_(context) {}

  Result<std::optional<Fetched>> run() {
    FMF_TRY_ASSIGN(Record record, job_.source.read(row_.seen.record_id, context_));
    if (record.field(job_.settings.id_field) != row_.seen.id) {
      return fail(ErrorKind::conflict, "the record's id was edited during the run");
    }
    if (const auto why = unnameable(job_.settings, row_); !why.empty()) return refuse(record, why);
    findings_.unreachable = has_unreachable(record, job_.settings.containers);
    FMF_TRY_ASSIGN(const std::vector<std::string> order, order_for(record));
    for (const std::string& field : order) {
      FMF_TRY_ASSIGN(auto fetched, fetch_twice_if_doubtful(record, field));
      if (!fetched) continue;
      if (fetched->store_error) return fetched;
      const auto found = flaw_in(*fetched);
      if (found.empty()) return fetched;
      findings_.add(field, found);
    }
    FMF_TRY(record_step(job_, hopeless(row_, record, findings_)));
    return std::nullopt;
  }

 private:
  Result<std::vector<std::string>> order_for(Record& record) {
    if (job_.settings.choice == ChoiceRule::first) return waterfall_for(record);
    return order_by_rule(job_.settings, record, [&](const std::string& field) {
      return weigh_patiently(record, field);
    });
  }

  // The waterfall. Where the source can't tell before it fetches, but a listing of this very
  // modification did, it begins with what that one chose: what stands before it held no file then,
  // and is asked only if nothing else is good.
  [[nodiscard]] std::vector<std::string> waterfall_for(const Record& record) const {
    std::vector<std::string> order = job_.settings.containers;
    const auto chosen = std::ranges::find(order, row_.choice);
    const Container* container = record.container(row_.choice);
    const bool untold = container != nullptr && container->state == ContainerState::unknown;
    const bool same = !row_.stored && record.mod_id == row_.seen.mod_id;
    if (untold && same && chosen != order.end()) std::rotate(order.begin(), chosen, order.end());
    return order;
  }

  Result<std::optional<Fetched>> refuse(const Record& record, std::string_view why) {
    const StepUpdate update{.record_id = record.record_id,
                            .step = Step::fate,
                            .fate = Fate::refused,
                            .reason = std::string(why),
                            .mod_id = record.mod_id};
    FMF_TRY(record_step(job_, update));
    return std::nullopt;
  }

  // A body may end early without anybody saying so. What looks damaged, and what nobody can tell to
  // be whole, is believed when it comes twice the same, but from a settled source at once. Nothing:
  // the container is empty.
  Result<std::optional<Fetched>> fetch_twice_if_doubtful(Record& record, const std::string& field) {
    FMF_TRY_ASSIGN(auto first, fetch_patiently(record, field));
    if (!first || first->store_error || settled_ || !is_doubtful(*first)) return first;
    const std::string hash = first->facts.sha256;
    first.reset();
    FMF_TRY_ASSIGN(auto second, fetch_patiently(record, field));
    if (!second || second->store_error || !is_doubtful(*second)) return second;
    if (second->facts.sha256 == hash) return second;
    return fail(ErrorKind::corrupt,
                "the source gave other bytes each time, and none that are known to be whole");
  }

  Result<std::optional<Fetched>> fetch_patiently(Record& record, const std::string& field) {
    return patiently<Fetched>(
        record,
        field,
        [&](const Container& container) { return fetch_one(record, container); },
        [&] { return Fetched{.row = row_, .field = field, .damaged = true}; });
  }

  // What is damaged is tried last, and found out then.
  Result<std::optional<std::int64_t>> weigh_patiently(Record& record, const std::string& field) {
    return patiently<std::int64_t>(
        record,
        field,
        [&](const Container& container) { return weigh(job_, record, container, context_); },
        [] { return std::int64_t{0}; });
  }

  // A body cut by an outage is begun anew, from a record read anew: its handles died with it. A
  // body that ends too early may be the outage's first sign, so that is no fault of the record's
  // either until it happened again after the source had answered. Nothing: the container is empty.
  template <class T, class Attempt, class Damaged>
  Result<std::optional<T>> patiently(Record& record,
                                     const std::string& field,
                                     const Attempt& attempt,
                                     const Damaged& damaged) {
    int outages = 0;
    int lonely_outages = 0;
    int cuts = 0;
    std::int64_t moved = job_.progress.moved;
    while (true) {
      const Container* container = record.container(field);
      if (container == nullptr || !may_hold_file(*container)) return std::nullopt;
      Result<T> outcome = attempt(*container);
      if (outcome) return std::optional<T>(std::move(*outcome));
      Error error = std::move(outcome).error();
      if (error.kind == ErrorKind::not_found) return std::nullopt;
      if (error.kind == ErrorKind::corrupt && error.origin_code == k_holds_no_file) {
        findings_.unreachable = true;
        return std::nullopt;
      }
      const bool outage = disposition_of(error) == Disposition::wait_and_retry;
      const bool cut = error.kind == ErrorKind::corrupt;
      if (!outage && !cut) return fail(std::move(error));
      if (cut && settled_) return damaged();
      // Only when others came through meanwhile can it be this body that brings the source down.
      const bool others_came = moved != job_.progress.moved;
      moved = job_.progress.moved;
      outages += outage && others_came ? 1 : 0;
      lonely_outages += outage && !others_came ? 1 : 0;
      cuts += cut ? 1 : 0;
      if (outages > k_outages_a_body || lonely_outages > k_lonely_outages_a_body ||
          cuts > k_cuts_a_body) {
        error.kind = ErrorKind::corrupt;
        error.what = "the source failed on this record again and again: " + error.what;
        return fail(std::move(error));
      }
      FMF_TRY_ASSIGN(record, job_.source.read(record.record_id, context_));
    }
  }

  Result<Fetched> fetch_one(const Record& record, const Container& container) {
    Fetched fetched{.row = row_, .field = container.field};
    fetched.row.seen.mod_id = record.mod_id;
    fetched.row.mark = record.field(job_.settings.mark_field);
    FMF_TRY_ASSIGN(fetched.share, budget_.take(job_.store.capabilities().part_size, context_.stop));
    fetched.body = std::make_unique<Body>(
        job_.store,
        job_.inspectors.open(),
        BodyNaming{.key_of =
                       [this, field = container.field](const auto& extension, const auto& sha256) {
                         return key_of(job_.settings, row_, field, extension, sha256);
                       },
                   .own_key = row_.stored ? row_.stored->key : std::string(),
                   .by_hash = job_.settings.key.uses_sha256()},
        context_);
    const ByteSink sink = [this, &fetched](ByteView bytes) -> Status {
      job_.progress.bytes += static_cast<std::int64_t>(bytes.size());
      // A refusal of the store's must not count against the source.
      if (fetched.body->take(bytes)) return {};
      return fail(ErrorKind::cancelled, "the store refused a part");
    };
    const auto info = job_.source.fetch(record, container, sink, context_);
    if (fetched.body->store_error()) {
      fetched.store_error = fetched.body->store_error();
      return fetched;
    }
    if (!info) return fail(info.error());
    fetched.facts = fetched.body->close();
    fetched.info = *info;
    if (fetched.body->in_memory()) fetched.share.shrink_to(fetched.facts.length);
    return fetched;
  }

  const Job& job_;
  const LedgerRow& row_;
  ByteBudget& budget_;
  const CallContext& context_;
  Findings findings_{};
  const bool settled_{job_.source.capabilities().settled};
};

}  // namespace

Result<std::optional<Fetched>> fetch_record(const Job& job,
                                            const LedgerRow& row,
                                            ByteBudget& budget,
                                            const CallContext& context) {
  return RecordFetch(job, row, budget, context).run();
}

}  // namespace fmferry
