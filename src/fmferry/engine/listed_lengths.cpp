// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/listed_lengths.hpp>

#include <algorithm>

namespace fmferry {

Result<Page> ListedLengths::page(std::int64_t offset, int limit, const CallContext& context) {
  auto page = ForwardingSource::page(offset, limit, context);
  if (!page) return page;
  const std::scoped_lock lock(mutex_);
  if (offset == 1) lengths_.clear();
  sorted_ = false;
  for (const auto& record : page->records) note(record);
  return page;
}

void ListedLengths::note(const Record& record) {
  const Container* chosen = record.container(sight_of(record, settings_).choice);
  if (chosen == nullptr) return;
  const auto length = teller_(record, *chosen);
  if (length) lengths_.emplace_back(record.record_id, *length);
}

std::optional<std::int64_t> ListedLengths::of(RecordId record_id) {
  const auto id_of = [](const auto& each) { return each.first; };
  if (!sorted_) std::ranges::stable_sort(lengths_, {}, id_of);
  sorted_ = true;
  // Pages overlap by a record; what came last is what it is.
  const auto after = std::ranges::upper_bound(lengths_, record_id, {}, id_of);
  if (after == lengths_.begin() || std::prev(after)->first != record_id) return std::nullopt;
  return std::prev(after)->second;
}

}  // namespace fmferry
