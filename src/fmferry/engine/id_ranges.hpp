// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>

#include <iterator>
#include <map>

namespace fmferry {

// A set of recordIds. They come in long runs, so what it needs grows with the gaps, not with the
// records.
class IdRanges {
 public:
  // False: it was there already.
  bool add(RecordId id) {
    auto next = first_to_last_.upper_bound(id);
    auto before = next == first_to_last_.begin() ? first_to_last_.end() : std::prev(next);
    if (before != first_to_last_.end() && id <= before->second) return false;
    ++size_;
    const bool joins_before = before != first_to_last_.end() && before->second + 1 == id;
    const bool joins_next = next != first_to_last_.end() && next->first == id + 1;
    const RecordId last = joins_next ? next->second : id;
    if (joins_next) first_to_last_.erase(next);
    if (joins_before) {
      before->second = last;
    } else {
      first_to_last_[id] = last;
    }
    return true;
  }

  [[nodiscard]] bool contains(RecordId id) const {
    const auto next = first_to_last_.upper_bound(id);
    return next != first_to_last_.begin() && id <= std::prev(next)->second;
  }

  [[nodiscard]] std::int64_t size() const { return size_; }

 private:
  std::map<RecordId, RecordId> first_to_last_;
  std::int64_t size_{0};
};

}  // namespace fmferry
