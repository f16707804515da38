// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>

#include <type_traits>

namespace fmferry {

// The call, which goes through the gate, repeated for as long as the service is the one that fails;
// the gate makes it wait. The call after the patience was over says so.
template <class Call>
std::invoke_result_t<Call> repeated(const Gate& gate, const Call& call) {
  while (true) {
    const bool last = gate.has_given_up();
    auto result = call();
    if (result || last) return result;
    if (disposition_of(result.error()) != Disposition::wait_and_retry) return result;
  }
}

}  // namespace fmferry
