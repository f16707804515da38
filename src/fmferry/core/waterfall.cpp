// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/waterfall.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace fmferry {
namespace {

constexpr std::array k_names{std::pair(ChoiceRule::first, std::string_view("first")),
                             std::pair(ChoiceRule::largest, std::string_view("largest")),
                             std::pair(ChoiceRule::most_pixels, std::string_view("most-pixels"))};

}  // namespace

std::string_view name_of(ChoiceRule rule) {
  const auto found = std::ranges::find(k_names, rule, &decltype(k_names)::value_type::first);
  return found->second;
}

std::optional<ChoiceRule> choice_rule_from(std::string_view name) {
  const auto found = std::ranges::find(k_names, name, &decltype(k_names)::value_type::second);
  return found == k_names.end() ? std::nullopt : std::optional(found->first);
}

bool may_hold_file(const Container& container) {
  return container.state == ContainerState::filled || container.state == ContainerState::unknown;
}

std::vector<const Container*> candidates(const Record& record,
                                         const std::vector<std::string>& fields) {
  std::vector<const Container*> found;
  for (const auto& field : fields) {
    const Container* container = record.container(field);
    if (container != nullptr && may_hold_file(*container)) found.push_back(container);
  }
  return found;
}

std::vector<std::string> ranked(std::vector<Contender> contenders) {
  std::ranges::stable_sort(contenders, std::greater<>(), &Contender::weight);
  std::vector<std::string> fields;
  fields.reserve(contenders.size());
  for (auto& contender : contenders) fields.push_back(std::move(contender.field));
  return fields;
}

bool has_unreachable(const Record& record, const std::vector<std::string>& fields) {
  for (const auto& field : fields) {
    const Container* container = record.container(field);
    if (container != nullptr && container->state == ContainerState::unreachable) return true;
  }
  return false;
}

}  // namespace fmferry
