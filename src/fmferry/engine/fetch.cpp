// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/waterfall.hpp>
#include <fmferry/engine/fetch.hpp>

namespace fmferry {
namespace {

// How often one body may be cut by an outage before it is suspected of causing them.
constexpr int k_outages_a_body = 4;

std::string_view flaw_of(const Body::Facts& facts) {
  if (facts.length == 0) return reason::k_zero_bytes;
  if (facts.inspection.integrity == Integrity::truncated) return reason::k_truncated;
  if (facts.inspection.integrity == Integrity::malformed) return reason::k_malformed;
  return {};
}

// The fate of a record none of whose containers is good.
StepUpdate hopeless(const Job& job, const Record& record, std::string_view flaw) {
  StepUpdate update{.record_id = record.record_id, .step = Step::fate, .mod_id = record.mod_id};
  if (!flaw.empty() && flaw != reason::k_zero_bytes) {
    update.fate = Fate::corrupt;
    update.reason = flaw;
  } else if (has_unreachable(record, job.settings.containers)) {
    update.fate = Fate::refused;
    update.reason = reason::k_unreachable;
  } else {
    update.fate = Fate::empty;
    update.reason = flaw.empty() ? reason::k_no_data : flaw;
  }
  return update;
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
    std::string_view flaw;
    for (const std::string& field : job_.settings.containers) {
      const Container* container = record.container(field);
      if (container == nullptr || container->state != ContainerState::filled) continue;
      auto fetched = fetch_patiently(record, field);
      if (!fetched && fetched.error().kind == ErrorKind::not_found) {
        if (flaw.empty()) flaw = reason::k_zero_bytes;
        continue;
      }
      if (!fetched) return fail(std::move(fetched).error());
      const auto found = flaw_of(fetched->facts);
      if (found.empty()) return std::optional<Fetched>(std::move(*fetched));
      if (flaw.empty() || flaw == reason::k_zero_bytes) flaw = found;
    }
    const StepUpdate update = hopeless(job_, record, flaw);
    FMF_TRY(job_.ledger.record(std::span(&update, 1)));
    return std::nullopt;
  }

 private:
  // A body cut by an outage is begun anew, from a record read anew: its handles died with it.
  Result<Fetched> fetch_patiently(Record& record, const std::string& field) {
    for (int outages = 0;; ++outages) {
      const Container* container = record.container(field);
      if (container == nullptr || container->state != ContainerState::filled) {
        return fail(ErrorKind::not_found, "the container was emptied");
      }
      auto fetched = fetch_one(record, *container);
      if (fetched || disposition_of(fetched.error()) != Disposition::wait_and_retry) return fetched;
      if (outages == k_outages_a_body) {
        Error error = std::move(fetched).error();
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
    const auto key_of = [this, field = container.field](const std::string& extension) {
      return job_.settings.key.make({.id = row_.seen.id,
                                     .record_id = row_.seen.record_id,
                                     .container = field,
                                     .extension = extension});
    };
    fetched.body = std::make_unique<Body>(
        job_.store, job_.inspectors.open(), key_of, row_.stored.has_value(), context_);
    const ByteSink sink = [this, &fetched](ByteView bytes) -> Status {
      job_.progress.bytes += static_cast<std::int64_t>(bytes.size());
      return fetched.body->take(bytes);
    };
    FMF_TRY(job_.source.fetch(record, container, sink, context_));
    fetched.facts = fetched.body->close();
    if (fetched.body->in_memory()) fetched.share.shrink_to(fetched.facts.length);
    return fetched;
  }

  const Job& job_;
  const LedgerRow& row_;
  ByteBudget& budget_;
  const CallContext& context_;
};

}  // namespace

Result<std::optional<Fetched>> fetch_record(const Job& job,
                                            const LedgerRow& row,
                                            ByteBudget& budget,
                                            const CallContext& context) {
  return RecordFetch(job, row, budget, context).run();
}

}  // namespace fmferry
