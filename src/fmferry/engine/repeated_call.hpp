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

// How often a call with a lost reply is made again before it is the record's own fault.
inline constexpr int k_lost_replies = 3;

// For what may be done twice: the same bytes to the same place.
template <class Call>
std::invoke_result_t<Call> until_heard_of(const Call& call) {
  for (int lost = 0;; ++lost) {
    auto result = call();
    if (result || result.error().kind != ErrorKind::in_doubt || lost == k_lost_replies) {
      return result;
    }
  }
}

}  // namespace fmferry
