// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>

#include <type_traits>

namespace fmferry {

// One call through the gate, which learns what it met.
template <class Call>
std::invoke_result_t<Call, Gate::Pass&> gated(Gate& gate,
                                              const CallContext& context,
                                              Track track,
                                              const Call& call) {
  FMF_TRY_ASSIGN(Gate::Pass pass, gate.enter(context.stop, track));
  auto result = call(pass);
  gate.leave(pass, result ? nullptr : &result.error());
  return result;
}

}  // namespace fmferry
