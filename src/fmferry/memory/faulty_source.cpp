// SPDX-License-Identifier: Apache-2.0
#include <fmferry/memory/faulty_call.hpp>
#include <fmferry/memory/faulty_source.hpp>

#include <algorithm>

namespace fmferry {

Status FaultySource::check(const CallContext& context) {
  return faulty_call(rule_, "check", "", [&] { return inner_.check(context); });
}

Result<std::int64_t> FaultySource::count(const CallContext& context) {
  return faulty_call(rule_, "count", "", [&] { return inner_.count(context); });
}

Result<Page> FaultySource::page(std::int64_t offset, int limit, const CallContext& context) {
  return faulty_call(
      rule_, "page", std::to_string(offset), [&] { return inner_.page(offset, limit, context); });
}

Result<Record> FaultySource::read(RecordId record_id, const CallContext& context) {
  return faulty_call(
      rule_, "read", std::to_string(record_id), [&] { return inner_.read(record_id, context); });
}

Result<ContainerInfo> FaultySource::fetch(const Record& record,
                                          const Container& container,
                                          const ByteSink& sink,
                                          const CallContext& context) {
  const auto fault = rule_("fetch", std::to_string(record.record_id) + "/" + container.field);
  if (!fault) return inner_.fetch(record, container, sink, context);
  if (fault->cut_after && fault->ends_silently) {
    std::size_t left = *fault->cut_after;
    const ByteSink shorter = [&sink, &left](ByteView bytes) -> Status {
      const auto some = bytes.substr(0, left);
      left -= some.size();
      return some.empty() ? Status{} : sink(some);
    };
    FMF_TRY_ASSIGN(ContainerInfo info, inner_.fetch(record, container, shorter, context));
    info.length = std::min(info.length, static_cast<std::int64_t>(*fault->cut_after));
    info.length_announced = false;
    return info;
  }
  if (fault->cut_after) {
    FMF_TRY(
        inner_.fetch(record, container, cut_sink(sink, *fault->cut_after, fault->error), context));
  }
  return fail(fault->error);
}

Result<std::int64_t> FaultySource::write(RecordId record_id,
                                         const FieldUpdates& updates,
                                         std::optional<std::int64_t> expected_mod_id,
                                         const CallContext& context) {
  return faulty_call(rule_, "write", std::to_string(record_id), [&] {
    return inner_.write(record_id, updates, expected_mod_id, context);
  });
}

}  // namespace fmferry
