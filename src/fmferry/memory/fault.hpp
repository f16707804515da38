// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/error.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace fmferry {

// What is to go wrong with one call.
struct Fault {
  Error error{};
  bool takes_effect{false};                // the call is carried out; only its answer is lost
  std::optional<std::size_t> cut_after{};  // fetch and get: so many bytes come before the error
  // fetch: after cut_after bytes the body ends as if it were whole, its length not announced
  bool ends_silently{false};
  bool flip_a_byte{false};  // put and write of a part: on the way; `error` is not used
};

// Asked before each call of the decorated adapter, from any thread: which operation ("page",
// "put", ...) on what (a recordId, a key). Nothing: the call goes through.
using FaultRule =
    std::function<std::optional<Fault>(std::string_view operation, const std::string& subject)>;

}  // namespace fmferry
