// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/memory/fault.hpp>
#include <fmferry/ports/sink.hpp>

#include <type_traits>

namespace fmferry {

// One call under a rule.
template <class Call>
std::invoke_result_t<Call> faulty_call(const FaultRule& rule,
                                       std::string_view operation,
                                       const std::string& subject,
                                       const Call& call) {
  const auto fault = rule(operation, subject);
  if (!fault) return call();
  if (fault->takes_effect) {
    auto unheard = call();
    if (!unheard) return unheard;
  }
  return fail(fault->error);
}

// A sink that hands on `limit` bytes and then fails.
[[nodiscard]] inline ByteSink cut_sink(const ByteSink& sink, std::size_t limit, Error error) {
  return [&sink, left = limit, error = std::move(error)](ByteView bytes) mutable -> Status {
    const auto some = bytes.substr(0, left);
    left -= some.size();
    if (!some.empty()) FMF_TRY(sink(some));
    if (some.size() < bytes.size()) return fail(error);
    return {};
  };
}

}  // namespace fmferry
