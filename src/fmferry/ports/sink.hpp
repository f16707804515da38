// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/result.hpp>

#include <functional>

namespace fmferry {

// Takes the next bytes of a body. An error ends the transfer and becomes its result.
using ByteSink = std::function<Status(ByteView)>;

}  // namespace fmferry
