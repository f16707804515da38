// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/gated_call.hpp>
#include <fmferry/engine/paced_source.hpp>

#include <algorithm>

namespace fmferry {
namespace {

// A call about the whole table: no record can be at fault for a damaged answer, so the host is.
template <class Call>
std::invoke_result_t<Call> gated_listing(Gate& gate,
                                         const CallContext& context,
                                         Track track,
                                         const Call& call) {
  FMF_TRY_ASSIGN(const Gate::Pass pass, gate.enter(context.stop, track));
  auto result = call();
  if (result) {
    gate.leave(pass, nullptr);
    return result;
  }
  Error met = result.error();
  if (met.kind == ErrorKind::corrupt) met.kind = ErrorKind::unavailable;
  gate.leave(pass, &met);
  return result;
}

}  // namespace

Status PacedSource::check(const CallContext& context) {
  return gated_listing(gate_, context, Track::control, [&] { return inner_.check(context); });
}

Result<std::int64_t> PacedSource::count(const CallContext& context) {
  return gated_listing(gate_, context, Track::control, [&] { return inner_.count(context); });
}

Result<Page> PacedSource::page(std::int64_t offset, int limit, const CallContext& context) {
  return gated_listing(
      gate_, context, Track::list, [&] { return inner_.page(offset, limit, context); });
}

Result<Record> PacedSource::read(RecordId record_id, const CallContext& context) {
  return gated(
      gate_, context, Track::read, [&](Gate::Pass&) { return inner_.read(record_id, context); });
}

Result<ContainerInfo> PacedSource::fetch(const Record& record,
                                         const Container& container,
                                         const ByteSink& sink,
                                         const CallContext& context) {
  return gated(gate_, context, Track::body, [&](Gate::Pass& pass) {
    const ByteSink counted = [&](ByteView bytes) -> Status {
      if (!pass.first_byte) pass.first_byte = clock_.now();
      const auto length = static_cast<std::int64_t>(bytes.size());
      pass.bytes += length;
      if (!gate_.carry(length, context.stop)) return fail(ErrorKind::cancelled, "stopped");
      return sink(bytes);
    };
    return inner_.fetch(record, container, counted, context);
  });
}

Result<std::int64_t> PacedSource::write(RecordId record_id,
                                        const FieldUpdates& updates,
                                        std::optional<std::int64_t> expected_mod_id,
                                        const CallContext& context) {
  return gated(gate_, context, Track::write, [&](Gate::Pass&) {
    return inner_.write(record_id, updates, expected_mod_id, context);
  });
}

std::vector<Result<std::int64_t>> PacedSource::write_many(std::span<const RecordWrite> writes,
                                                          const CallContext& context) {
  const auto pass = gate_.enter(context.stop, Track::write);
  if (!pass) return {writes.size(), fail(pass.error())};
  auto results = inner_.write_many(writes, context);
  const auto failed = std::ranges::find_if(
      results, [](const auto& result) { return !result && ends_a_batch(result.error()); });
  gate_.leave(*pass, failed == results.end() ? nullptr : &failed->error());
  return results;
}

}  // namespace fmferry
