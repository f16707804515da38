// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/gated_call.hpp>
#include <fmferry/engine/resilient_source.hpp>

#include <algorithm>

namespace fmferry {
namespace {

// How often a write with a lost reply is sent again before it is the record's own fault.
constexpr int k_lost_replies = 3;
// How often an answer about the whole table may be damaged before that ends the run. The gate's
// waits double meanwhile, so this is minutes.
constexpr int k_damaged_answers = 8;

// A call about no single record: no record can be at fault for a damaged answer, so the service is,
// and that is waited out like an outage; but not for as long, as what never comes right is no
// outage.
template <class Call>
std::invoke_result_t<Call> gated_listing(Gate& gate, const CallContext& context, const Call& call) {
  int damaged = 0;
  return gated(gate, context, [&] {
    auto result = call();
    const bool corrupt = !result && result.error().kind == ErrorKind::corrupt;
    if (corrupt && ++damaged <= k_damaged_answers) result.error().kind = ErrorKind::unavailable;
    return result;
  });
}

}  // namespace

Status ResilientSource::check(const CallContext& context) {
  return gated_listing(gate_, context, [&] { return inner_.check(context); });
}

Result<std::int64_t> ResilientSource::count(const CallContext& context) {
  return gated_listing(gate_, context, [&] { return inner_.count(context); });
}

Result<Page> ResilientSource::page(std::int64_t offset, int limit, const CallContext& context) {
  return gated_listing(gate_, context, [&] { return inner_.page(offset, limit, context); });
}

Result<Record> ResilientSource::read(RecordId record_id, const CallContext& context) {
  return gated(gate_, context, [&] { return inner_.read(record_id, context); });
}

Result<ContainerInfo> ResilientSource::fetch(const Record& record,
                                             const Container& container,
                                             const ByteSink& sink,
                                             const CallContext& context) {
  return gated_once(gate_, context, [&] { return inner_.fetch(record, container, sink, context); });
}

Result<std::int64_t> ResilientSource::write(RecordId record_id,
                                            const FieldUpdates& updates,
                                            std::optional<std::int64_t> expected_mod_id,
                                            const CallContext& context) {
  for (int lost = 0;; ++lost) {
    auto written = gated(
        gate_, context, [&] { return inner_.write(record_id, updates, expected_mod_id, context); });
    if (written || written.error().kind != ErrorKind::in_doubt) return written;
    FMF_TRY_ASSIGN(const Record now, read(record_id, context));
    const bool taken = std::ranges::all_of(
        updates, [&now](const auto& update) { return now.field(update.first) == update.second; });
    if (taken) return now.mod_id;
    if (lost == k_lost_replies) return written;
  }
}

}  // namespace fmferry
