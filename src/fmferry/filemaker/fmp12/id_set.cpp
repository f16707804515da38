// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/id_set.hpp>

#include <bit>

namespace fmferry::fmp12 {
namespace {

constexpr std::uint32_t k_bits = 64;

}  // namespace

void IdSet::insert(std::uint32_t id) {
  const std::size_t at = id / k_bits;
  if (at >= words_.size()) words_.resize(at + 1);
  const std::uint64_t bit = std::uint64_t{1} << (id % k_bits);
  if ((words_[at] & bit) != 0) return;
  words_[at] |= bit;
  ++count_;
}

bool IdSet::contains(std::uint32_t id) const {
  const std::size_t at = id / k_bits;
  return at < words_.size() && (words_[at] >> (id % k_bits) & 1U) != 0;
}

std::optional<std::uint32_t> IdSet::nth(std::int64_t rank) const {
  if (rank < 0 || rank >= count_) return std::nullopt;
  for (std::size_t at = 0; at < words_.size(); ++at) {
    std::uint64_t word = words_[at];
    const int here = std::popcount(word);
    if (rank >= here) {
      rank -= here;
      continue;
    }
    for (; rank > 0; --rank) word &= word - 1;
    return static_cast<std::uint32_t>(at * k_bits) +
           static_cast<std::uint32_t>(std::countr_zero(word));
  }
  return std::nullopt;
}

}  // namespace fmferry::fmp12
