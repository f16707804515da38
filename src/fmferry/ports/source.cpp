// SPDX-License-Identifier: Apache-2.0
#include <fmferry/ports/source.hpp>

namespace fmferry {

bool ends_a_batch(const Error& error) {
  const Disposition what = disposition_of(error);
  return what == Disposition::stop_run || what == Disposition::wait_and_retry;
}

std::vector<Result<std::int64_t>> Source::write_many(std::span<const RecordWrite> writes,
                                                     const CallContext& context) {
  std::vector<Result<std::int64_t>> results;
  results.reserve(writes.size());
  std::optional<Error> stopped;
  for (const auto& [record_id, updates, expected_mod_id] : writes) {
    if (stopped) {
      results.emplace_back(fail(*stopped));
      continue;
    }
    auto written = write(record_id, updates, expected_mod_id, context);
    if (!written && ends_a_batch(written.error())) stopped = written.error();
    results.push_back(std::move(written));
  }
  return results;
}

}  // namespace fmferry
