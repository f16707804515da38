// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/waterfall.hpp>

namespace fmferry {

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

bool has_unreachable(const Record& record, const std::vector<std::string>& fields) {
  for (const auto& field : fields) {
    const Container* container = record.container(field);
    if (container != nullptr && container->state == ContainerState::unreachable) return true;
  }
  return false;
}

}  // namespace fmferry
