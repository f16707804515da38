// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/repeated_call.hpp>
#include <fmferry/engine/retrying_source.hpp>

#include <algorithm>

namespace fmferry {
namespace {

// How often a write with a lost reply is sent again before it is the record's own fault.
constexpr int k_lost_replies = 3;
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

}  // namespace

Status RetryingSource::check(const CallContext& context) {
  return repeated_listing(gate_, [&] { return inner_.check(context); });
}

Result<std::int64_t> RetryingSource::count(const CallContext& context) {
  return repeated_listing(gate_, [&] { return inner_.count(context); });
}

Result<Page> RetryingSource::page(std::int64_t offset, int limit, const CallContext& context) {
  return repeated_listing(gate_, [&] { return inner_.page(offset, limit, context); });
}

Result<Record> RetryingSource::read(RecordId record_id, const CallContext& context) {
  return repeated(gate_, [&] { return inner_.read(record_id, context); });
}

Result<std::int64_t> RetryingSource::write(RecordId record_id,
                                           const FieldUpdates& updates,
                                           std::optional<std::int64_t> expected_mod_id,
                                           const CallContext& context) {
  for (int lost = 0;; ++lost) {
    auto written =
        repeated(gate_, [&] { return inner_.write(record_id, updates, expected_mod_id, context); });
    if (written || written.error().kind != ErrorKind::in_doubt) return written;
    FMF_TRY_ASSIGN(const Record now, read(record_id, context));
    const bool taken = std::ranges::all_of(
        updates, [&now](const auto& update) { return now.field(update.first) == update.second; });
    if (taken) return now.mod_id;
    if (lost == k_lost_replies) return written;
  }
}

}  // namespace fmferry
