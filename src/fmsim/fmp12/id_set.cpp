// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/id_set.hpp>
#include <fmsim/fmp12/key.hpp>

namespace fmsim::fmp12 {
namespace {

constexpr std::uint32_t k_word = 32;
constexpr std::size_t k_most_words = 124;

// After so many absent words a new page costs less than going on.
constexpr std::size_t k_widest_gap = 8;

}  // namespace

void IdSet::add(std::uint32_t id) {
  const std::uint32_t base = id / k_word * k_word;
  bool fits = !pages_.empty();
  if (fits) {
    const Page& last = pages_.back();
    const std::size_t place = (base - last.first) / k_word;
    fits = place < k_most_words && place < last.words.size() + k_widest_gap;
  }
  if (!fits) pages_.push_back({base, {}, 0, id});
  Page& page = pages_.back();
  const std::size_t place = (base - page.first) / k_word;
  if (page.words.size() <= place) page.words.resize(place + 1);
  page.words[place] |= 1U << (id % k_word);
  ++page.count;
}

void IdSet::write(Writer& writer) const {
  for (const Page& page : pages_) {
    if (page.count == 1) {
      writer.entry(key_of(page.lowest));
      continue;
    }
    std::string bits;
    for (const std::uint32_t word : page.words) put_32(bits, word);
    writer.entry(key_of(page.first), bits);
  }
}

}  // namespace fmsim::fmp12
