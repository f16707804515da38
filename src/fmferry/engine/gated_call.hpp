// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>

#include <type_traits>

namespace fmferry {

// One call through the gate, usually one that carries a body.
template <class Call>
std::invoke_result_t<Call> gated_once(Gate& gate,
                                      const CallContext& context,
                                      const Call& call,
                                      Gate::Kind kind = Gate::Kind::body) {
  FMF_TRY_ASSIGN(const Gate::Pass pass, gate.enter(context.stop, kind));
  auto result = call();
  gate.leave(pass, result ? nullptr : &result.error());
  return result;
}

// The same, repeated for as long as the service is the one that fails.
template <class Call>
std::invoke_result_t<Call> gated(Gate& gate, const CallContext& context, const Call& call) {
  while (true) {
    FMF_TRY_ASSIGN(const Gate::Pass pass, gate.enter(context.stop));
    auto result = call();
    gate.leave(pass, result ? nullptr : &result.error());
    if (result || disposition_of(result.error()) != Disposition::wait_and_retry) return result;
  }
}

}  // namespace fmferry
