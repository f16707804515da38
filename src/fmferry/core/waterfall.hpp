// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry {

// Which of a record's containers is moved: the first in the configured order that is good; or of
// those that are good the one with the most bytes, or the most pixels.
enum class ChoiceRule { first, largest, most_pixels };

[[nodiscard]] std::string_view name_of(ChoiceRule rule);
[[nodiscard]] std::optional<ChoiceRule> choice_rule_from(std::string_view name);

// It is worth a fetch.
[[nodiscard]] bool may_hold_file(const Container& container);

// The rule `first`: the containers of a record that may hold a file (filled, or not known), in the
// order of `fields`. The first is the choice, if it is filled; the rest are taken in turn when it
// turns out empty or corrupt.
[[nodiscard]] std::vector<const Container*> candidates(const Record& record,
                                                       const std::vector<std::string>& fields);

// A container, and what the rule compares: its bytes or its pixels.
struct Contender {
  std::string field{};
  std::int64_t weight{0};
};

// Their fields, the heaviest first; equals stay in their order.
[[nodiscard]] std::vector<std::string> ranked(std::vector<Contender> contenders);

// True when a container holds something, but nothing that can be fetched.
[[nodiscard]] bool has_unreachable(const Record& record, const std::vector<std::string>& fields);

}  // namespace fmferry
