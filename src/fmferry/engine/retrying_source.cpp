// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/repeated_call.hpp>
#include <fmferry/engine/retrying_source.hpp>

#include <algorithm>
#include <numeric>

namespace fmferry {
namespace {

// How often an answer about the whole table may be damaged before that ends the run. The gate's
// waits double meanwhile, so this is minutes.
constexpr int k_damaged_answers = 8;

// A call about no single record. What never comes right is no outage, and ends.
template <class Call>
std::invoke_result_t<Call> repeated_listing(const Gate& gate, const Call& call) {
  for (int damaged = 0;; ++damaged) {
    auto result = repeated(gate, call);
    const bool corrupt = !result && result.error().kind == ErrorKind::corrupt;
    if (!corrupt || damaged == k_damaged_answers) return result;
  }
}

std::vector<RecordWrite> chosen_of(std::span<const RecordWrite> writes,
                                   const std::vector<std::size_t>& chosen) {
  std::vector<RecordWrite> some;
  for (const std::size_t at : chosen) some.push_back(writes[at]);
  return some;
}

}  // namespace

Status RetryingSource::check(const CallContext& context) {
  return repeated_listing(gate_, [&] { return inner().check(context); });
}

Result<std::int64_t> RetryingSource::count(const CallContext& context) {
  return repeated_listing(gate_, [&] { return inner().count(context); });
}

Result<Page> RetryingSource::page(std::int64_t offset, int limit, const CallContext& context) {
  return repeated_listing(gate_, [&] { return inner().page(offset, limit, context); });
}

Result<Record> RetryingSource::read(RecordId record_id, const CallContext& context) {
  return repeated(gate_, [&] { return inner().read(record_id, context); });
}

Result<std::int64_t> RetryingSource::write(RecordId record_id,
                                           const FieldUpdates& updates,
                                           std::optional<std::int64_t> expected_mod_id,
                                           const CallContext& context) {
  for (int lost = 0;; ++lost) {
    auto written = repeated(
        gate_, [&] { return inner().write(record_id, updates, expected_mod_id, context); });
    if (written || written.error().kind != ErrorKind::in_doubt) return written;
    FMF_TRY_ASSIGN(const auto there, taken({record_id, updates, {}}, context));
    if (there) return *there;
    if (lost == k_spoilt_replies) return written;
  }
}

Result<std::optional<std::int64_t>> RetryingSource::taken(const RecordWrite& write,
                                                          const CallContext& context) {
  FMF_TRY_ASSIGN(const Record now, read(write.record_id, context));
  const bool there = std::ranges::all_of(write.updates, [&now](const auto& update) {
    return now.field(update.first) == update.second;
  });
  return there ? std::optional(now.mod_id) : std::nullopt;
}

// Only what the service failed on, or whose reply was lost and that is not there, is sent again.
std::vector<Result<std::int64_t>> RetryingSource::write_many(std::span<const RecordWrite> writes,
                                                             const CallContext& context) {
  std::vector<Result<std::int64_t>> results(writes.size(), 0);
  std::vector<std::size_t> due(writes.size());
  std::iota(due.begin(), due.end(), 0U);
  for (int lost = 0; !due.empty();) {
    const bool last = gate_.has_given_up();
    const auto round = inner().write_many(chosen_of(writes, due), context);
    std::vector<std::size_t> again;
    bool replies_lost = false;
    for (std::size_t i = 0; i < due.size(); ++i) {
      auto& result = results[due[i]];
      result = round[i];
      if (result) continue;
      const bool outage = disposition_of(result.error()) == Disposition::wait_and_retry;
      if (outage && !last) again.push_back(due[i]);
      if (result.error().kind != ErrorKind::in_doubt) continue;
      const auto there = taken(writes[due[i]], context);
      if (!there) {
        result = fail(there.error());
      } else if (*there) {
        result = **there;
      } else if (lost < k_spoilt_replies) {
        again.push_back(due[i]);
        replies_lost = true;
      }
    }
    lost += replies_lost ? 1 : 0;
    due = std::move(again);
  }
  return results;
}

}  // namespace fmferry
