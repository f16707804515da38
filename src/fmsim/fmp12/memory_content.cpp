// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/memory_content.hpp>

#include <algorithm>

namespace fmsim::fmp12 {

void MemoryContent::add(Record record) {
  const std::uint32_t id = record.id;
  records_[id] = std::move(record);
}

void MemoryContent::add(Object object) {
  const std::uint32_t id = object.id;
  objects_[id] = std::move(object);
}

std::uint32_t MemoryContent::last_record_id() const {
  return records_.empty() ? last_ : std::max(last_, records_.rbegin()->first);
}

void MemoryContent::records(const TakeRecord& take) const {
  for (const auto& [id, record] : records_) take(record);
}

void MemoryContent::objects(const TakeObject& take) const {
  for (const auto& [id, object] : objects_) take(object);
}

}  // namespace fmsim::fmp12
