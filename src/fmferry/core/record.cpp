// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/record.hpp>

namespace fmferry {

const std::string& Record::field(std::string_view name) const {
  static const std::string k_none;
  const auto found = fields.find(name);
  return found == fields.end() ? k_none : found->second;
}

const Container* Record::container(std::string_view name) const {
  for (const auto& candidate : containers) {
    if (candidate.field == name) return &candidate;
  }
  return nullptr;
}

}  // namespace fmferry
