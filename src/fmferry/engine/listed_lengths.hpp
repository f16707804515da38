// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>
#include <fmferry/ports/forwarding_source.hpp>

#include <functional>
#include <mutex>
#include <utility>

namespace fmferry {

// Notes, while a source is listed, how long each record's chosen container is, where that is told
// without fetching it. Sixteen bytes a record; nothing where no length is told.
class ListedLengths final : public ForwardingSource {
 public:
  using Teller =
      std::function<std::optional<std::int64_t>(const Record& record, const Container& container)>;

  // settings must outlive it.
  ListedLengths(Source& inner, const JobSettings& settings, Teller teller)
      : ForwardingSource(inner), settings_(settings), teller_(std::move(teller)) {}

  // A walk begins with the first page: what the one before told is forgotten.
  Result<Page> page(std::int64_t offset, int limit, const CallContext& context) override;

  // After the walk; not thread-safe.
  [[nodiscard]] std::optional<std::int64_t> of(RecordId record_id);

 private:
  void note(const Record& record);

  const JobSettings& settings_;
  const Teller teller_;
  std::mutex mutex_;
  // Guarded by mutex_ during the walk:
  std::vector<std::pair<RecordId, std::int64_t>> lengths_;
  bool sorted_{false};
};

}  // namespace fmferry
