// SPDX-License-Identifier: Apache-2.0
#include <fmsim/mix.hpp>
#include <fmsim/random.hpp>

#include <algorithm>
#include <array>
#include <cstddef>

namespace fmsim {
namespace {

struct Share {
  Kind kind;
  std::size_t of_thousand;
  std::string_view name;
};

constexpr std::array<Share, 20> k_shares{{
    {Kind::plain, 0, "plain"},
    {Kind::all_empty, 10, "all-empty"},
    {Kind::question_first, 5, "question-first"},
    {Kind::question_only, 3, "question-only"},
    {Kind::reference_first, 5, "reference-first"},
    {Kind::reference_only, 2, "reference-only"},
    {Kind::typed_text, 2, "typed-text"},
    {Kind::wrong_extension, 20, "wrong-extension"},
    {Kind::dot_jpeg, 30, "dot-jpeg"},
    {Kind::no_extension, 5, "no-extension"},
    {Kind::pdf, 30, "pdf"},
    {Kind::png, 60, "png"},
    {Kind::heic, 10, "heic"},
    {Kind::tiff, 5, "tiff"},
    {Kind::cut_first, 6, "cut-first"},
    {Kind::cut_only, 3, "cut-only"},
    {Kind::zero_bytes, 2, "zero-bytes"},
    {Kind::duplicate_id, 3, "duplicate-id"},
    {Kind::missing_patient, 6, "missing-patient"},
    {Kind::empty_id, 1, "empty-id"},
}};

// A deck of `Size` kinds in the shares above, at least one of each; the rest is plain.
template <std::size_t Size>
constexpr std::array<Kind, Size> make_deck() {
  std::array<Kind, Size> deck{};
  std::size_t at = 0;
  for (const Share& share : k_shares) {
    if (share.of_thousand == 0) continue;
    const std::size_t wanted = share.of_thousand * Size / 1000;
    const std::size_t cards = wanted == 0 ? 1 : wanted;
    for (std::size_t i = 0; i < cards; ++i) deck[at++] = share.kind;
  }
  return deck;
}

constexpr auto k_first_deck = make_deck<200>();
constexpr auto k_deck = make_deck<1000>();

// Prime to 200 and to 1000: multiplying by one of them deals every card once.
constexpr std::array<std::uint64_t, 12> k_strides{
    37, 43, 57, 61, 71, 83, 97, 109, 127, 139, 151, 173};

}  // namespace

Kind kind_of(std::uint64_t seed, std::uint64_t index) {
  const std::uint64_t block = index / k_deck.size();
  const std::uint64_t drawn = draw(seed, Topic::kind, block);
  const std::uint64_t stride = k_strides[drawn % k_strides.size()];
  if (index < k_first_deck.size()) {
    return k_first_deck[(stride * index + k_first_deck.size() - 1) % k_first_deck.size()];
  }
  return k_deck[(stride * (index % k_deck.size()) + mix(drawn) % k_deck.size()) % k_deck.size()];
}

std::string_view name_of(Kind kind) {
  const auto found = std::find_if(
      k_shares.begin(), k_shares.end(), [kind](const Share& share) { return share.kind == kind; });
  return found->name;
}

}  // namespace fmsim
