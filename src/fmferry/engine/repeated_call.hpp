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

// How often a call with a lost or damaged reply is made again before that is the record's own
// fault.
inline constexpr int k_spoilt_replies = 3;

template <class Call>
std::invoke_result_t<Call> again_while(ErrorKind kind, const Call& call) {
  for (int spoilt = 0;; ++spoilt) {
    auto result = call();
    if (result || result.error().kind != kind || spoilt == k_spoilt_replies) return result;
  }
}

// For what may be done twice: the same bytes to the same place.
template <class Call>
std::invoke_result_t<Call> until_heard_of(const Call& call) {
  return again_while(ErrorKind::in_doubt, call);
}

}  // namespace fmferry
