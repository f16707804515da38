// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/logged_call.hpp>
#include <fmferry/engine/logged_source.hpp>

#include <algorithm>

namespace fmferry {
namespace {

auto named(std::string name) {
  return [name = std::move(name)] { return name; };
}

auto about(const char* operation, RecordId record_id) {
  return [=] { return std::string(operation) + " record " + std::to_string(record_id); };
}

}  // namespace

Status LoggedSource::check(const CallContext& context) {
  return logged(clock_, named("check source"), [&] { return inner_.check(context); });
}

Result<std::int64_t> LoggedSource::count(const CallContext& context) {
  return logged(clock_, named("count records"), [&] { return inner_.count(context); });
}

Result<Page> LoggedSource::page(std::int64_t offset, int limit, const CallContext& context) {
  return logged(
      clock_,
      [=] { return "list " + std::to_string(limit) + " records from " + std::to_string(offset); },
      [&] { return inner_.page(offset, limit, context); });
}

Result<Record> LoggedSource::read(RecordId record_id, const CallContext& context) {
  return logged(clock_, about("read", record_id), [&] { return inner_.read(record_id, context); });
}

Result<ContainerInfo> LoggedSource::fetch(const Record& record,
                                          const Container& container,
                                          const ByteSink& sink,
                                          const CallContext& context) {
  return logged(
      clock_,
      [&] { return about("fetch", record.record_id)() + " " + container.field; },
      [&] { return inner_.fetch(record, container, sink, context); });
}

Result<std::int64_t> LoggedSource::write(RecordId record_id,
                                         const FieldUpdates& updates,
                                         std::optional<std::int64_t> expected_mod_id,
                                         const CallContext& context) {
  return logged(clock_, about("write", record_id), [&] {
    return inner_.write(record_id, updates, expected_mod_id, context);
  });
}

std::vector<Result<std::int64_t>> LoggedSource::write_many(std::span<const RecordWrite> writes,
                                                           const CallContext& context) {
  const auto began = clock_.now();
  auto results = inner_.write_many(writes, context);
  if (!is_logged(LogLevel::debug)) return results;
  const auto failed = std::ranges::find_if(results, [](const auto& result) { return !result; });
  log_call("write " + std::to_string(writes.size()) + " records",
           failed == results.end() ? nullptr : &failed->error(),
           std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - began));
  return results;
}

}  // namespace fmferry
