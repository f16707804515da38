// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/forecast.hpp>
#include <fmferry/engine/inventory.hpp>
#include <fmferry/engine/record_outcome.hpp>
#include <fmferry/engine/sampling.hpp>
#include <fmferry/engine/work.hpp>

#include <algorithm>
#include <set>

namespace fmferry {
namespace {

Status for_each_present(Ledger& ledger, const std::function<void(const LedgerRow&)>& look) {
  return for_each_row(ledger, [&look](const LedgerRow& row) -> Status {
    if (row.present) look(row);
    return {};
  });
}

Status for_each_pending(Ledger& ledger, const std::function<void(const LedgerRow&)>& look) {
  DueRows due(ledger, Phase::move, 0);
  while (true) {
    FMF_TRY_ASSIGN(const auto row, due.next());
    if (!row) return {};
    look(*row);
  }
}

// The groups of records that share an id, as the store's keys tell ids apart.
Result<std::vector<std::vector<RecordId>>> find_collisions(const Job& job) {
  const bool fold = !job.store.capabilities().case_sensitive_keys;
  const auto id_of = [fold](const LedgerRow& row) {
    return fold ? to_lower(row.seen.id) : row.seen.id;
  };
  std::map<std::string, std::vector<RecordId>> groups;
  FMF_TRY(for_each_present(job.ledger, [&](const LedgerRow& row) {
    if (row.fate == Fate::duplicate) groups[id_of(row)].push_back(row.seen.record_id);
  }));
  if (groups.empty()) return std::vector<std::vector<RecordId>>{};
  FMF_TRY(for_each_present(job.ledger, [&](const LedgerRow& row) {
    const auto group = groups.find(id_of(row));
    if (row.fate == Fate::moved && group != groups.end()) {
      group->second.push_back(row.seen.record_id);
    }
  }));
  std::vector<std::vector<RecordId>> found;
  for (auto& [id, records] : groups) {
    std::ranges::sort(records);
    found.push_back(std::move(records));
  }
  std::ranges::sort(found);
  return found;
}

// The pending records of one choice whose lengths are told, or are not.
struct StratumKey {
  std::string choice{};
  bool told{false};

  auto operator<=>(const StratumKey&) const = default;
};

class Forecaster {
 public:
  Forecaster(const Job& job, const ForecastOptions& options, const CallContext& context)
      : job_(job), options_(options), context_(context) {}

  Result<Forecast> run(const ListedLengths::Teller& teller) {
    ListedLengths lengths(job_.source, job_.settings, teller);
    lengths_ = &lengths;
    FMF_TRY(walk());
    FMF_TRY_ASSIGN(found_.counts, job_.ledger.counts());
    FMF_TRY_ASSIGN(found_.collisions, find_collisions(job_));
    FMF_TRY(tally());
    FMF_TRY(take_sample());
    estimate_bytes();
    estimate_seconds();
    return std::move(found_);
  }

 private:
  Status walk() {
    const auto began = job_.clock.now();
    FMF_TRY(take_inventory(with_source(job_, *lengths_), context_));
    found_.listing = job_.clock.now() - began;
    return {};
  }

  Status tally() {
    return for_each_pending(job_.ledger, [this](const LedgerRow& row) {
      if (!unnameable(job_.settings, row).empty()) {
        ++found_.unnameable;
        return;
      }
      ++found_.to_move;
      ForecastPart& part = found_.parts[row.choice];
      ++part.records;
      const auto length = lengths_->of(row.seen.record_id);
      ++strata_[{.choice = row.choice, .told = length.has_value()}].size;
      if (!length) return;
      ++part.told;
      part.told_bytes += *length;
      ++told_;
    });
  }

  // The rows at the drawn places of each stratum.
  Status pick_rows() {
    std::vector<std::int64_t> sizes;
    for (const auto& [key, stratum] : strata_) sizes.push_back(stratum.size);
    const bool all_told = told_ == found_.to_move;
    const auto counts = allocate(sizes, all_told ? options_.sample_for_speed : options_.sample);
    std::map<StratumKey, std::set<std::int64_t>> places;
    std::size_t at = 0;
    for (const auto& [key, stratum] : strata_) {
      const auto drawn = draw(stratum.size, counts[at], options_.seed + at);
      places[key] = {drawn.begin(), drawn.end()};
      ++at;
    }
    std::map<StratumKey, std::int64_t> seen;
    return for_each_pending(job_.ledger, [&](const LedgerRow& row) {
      if (!unnameable(job_.settings, row).empty()) return;
      const StratumKey key{.choice = row.choice,
                           .told = lengths_->of(row.seen.record_id).has_value()};
      if (!places[key].contains(seen[key]++)) return;
      rows_.push_back(row);
      keys_.push_back(key);
    });
  }

  Status take_sample() {
    FMF_TRY(pick_rows());
    if (rows_.empty()) return {};
    FMF_TRY_ASSIGN(const Sample sample, measure(job_, rows_, context_));
    found_.sample.elapsed = sample.elapsed;
    for (std::size_t at = 0; at < rows_.size(); ++at) {
      const auto& measured = sample.records[at];
      if (!measured) {
        ++found_.sample.failed;
        continue;
      }
      ++found_.sample.records;
      found_.sample.bytes += measured->bytes;
      ++found_.parts[keys_[at].choice].measured;
      strata_[keys_[at]].values.push_back(static_cast<double>(measured->bytes));
      seconds_[keys_[at]].push_back(seconds_of(*measured));
      at_work_ += (measured->reading + measured->fetching).count();
    }
    return {};
  }

  // With the writes that a run does besides.
  [[nodiscard]] double seconds_of(const Measured& measured) const {
    const auto able = job_.source.capabilities();
    const bool writes =
        able.write_back && !(job_.settings.mark_field.empty() && job_.settings.stamp_field.empty());
    const double reads = writes ? 1 + 1.0 / std::max(1, able.write_batch) : 1;
    return measured.reading.count() * reads + measured.fetching.count();
  }

  void estimate_bytes() {
    std::vector<Stratum> untold;
    std::int64_t told_bytes = 0;
    for (const auto& [key, stratum] : strata_) {
      if (!key.told) untold.push_back(stratum);
    }
    for (const auto& [choice, part] : found_.parts) told_bytes += part.told_bytes;
    found_.exact = untold.empty();
    found_.bytes = plus(estimate_total(untold), told_bytes);
    const double mean = mean_of(untold);
    for (auto& [choice, part] : found_.parts) {
      const auto stratum = strata_.find({.choice = choice, .told = false});
      Estimate rest{.low = 0, .high = 0};
      if (stratum != strata_.end()) rest = estimate_total(std::span(&stratum->second, 1));
      if (stratum != strata_.end() && stratum->second.values.empty()) {
        rest.total = mean * static_cast<double>(stratum->second.size);
      }
      part.bytes = plus(rest, part.told_bytes);
    }
  }

  static Estimate plus(Estimate estimate, std::int64_t bytes) {
    const auto more = static_cast<double>(bytes);
    estimate.total += more;
    if (estimate.low) *estimate.low += more;
    if (estimate.high) *estimate.high += more;
    return estimate;
  }

  // Of a record in a group of which none was measured.
  static double mean_of(const std::vector<Stratum>& strata) {
    double size = 0;
    for (const auto& stratum : strata) size += static_cast<double>(stratum.size);
    return size > 0 ? estimate_total(strata).total / size : 0;
  }

  void estimate_seconds() {
    if (found_.sample.records == 0) return;
    std::vector<Stratum> strata;
    for (const auto& [key, stratum] : strata_) {
      strata.push_back({.size = stratum.size, .values = seconds_[key]});
    }
    // How many were at work at the same time, waits for a turn included.
    const double elapsed = found_.sample.elapsed.count();
    const double abreast = elapsed > 0 ? std::max(1.0, at_work_ / elapsed) : 1;
    const double listing = found_.listing.count();
    const auto as_time = [&](double seconds) { return listing + seconds / abreast; };
    found_.seconds = estimate_total(strata);
    found_.seconds.total = as_time(found_.seconds.total);
    if (found_.seconds.low) found_.seconds.low = as_time(*found_.seconds.low);
    if (found_.seconds.high) found_.seconds.high = as_time(*found_.seconds.high);
  }

  const Job& job_;
  const ForecastOptions& options_;
  const CallContext& context_;
  Forecast found_{};
  ListedLengths* lengths_{nullptr};
  std::map<StratumKey, Stratum> strata_;
  std::map<StratumKey, std::vector<double>> seconds_;
  std::int64_t told_{0};
  std::vector<LedgerRow> rows_;   // of the sample
  std::vector<StratumKey> keys_;  // theirs
  double at_work_{0};             // seconds of all workers
};

}  // namespace

Result<Forecast> forecast(const Job& job,
                          const ListedLengths::Teller& teller,
                          const ForecastOptions& options,
                          const CallContext& context) {
  return Forecaster(job, options, context).run(teller);
}

}  // namespace fmferry
