// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "contract/source_contract.hpp"
#include "support/truth.hpp"

namespace fmferry::contract {

// A record of the simulator's clinic, as the contract wants to know it.
inline KnownRecord known(const testing_support::TrueRecord& record) {
  KnownRecord known{.record_id = record.record_id, .id = record.id};
  for (const auto& container : record.containers) {
    const auto state = container.state == "empty"    ? ContainerState::empty
                       : container.state == "filled" ? ContainerState::filled
                                                     : ContainerState::unreachable;
    known.containers.push_back({container.field, state, container.length, container.sha256});
  }
  return known;
}

}  // namespace fmferry::contract
