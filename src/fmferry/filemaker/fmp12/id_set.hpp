// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace fmferry::fmp12 {

// The largest number that a key's three-byte form holds: ids beyond it were never seen.
inline constexpr std::uint32_t k_highest_id = 0x3FFFFF + 0x4080;

// A set of record ids as a bitmap: at most half a megabyte.
class IdSet {
 public:
  void insert(std::uint32_t id);  // at most k_highest_id

  [[nodiscard]] bool contains(std::uint32_t id) const;

  [[nodiscard]] std::int64_t count() const { return count_; }

  // The id that has `rank` smaller ones.
  [[nodiscard]] std::optional<std::uint32_t> nth(std::int64_t rank) const;

 private:
  std::vector<std::uint64_t> words_;
  std::int64_t count_{0};
};

}  // namespace fmferry::fmp12
