// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/object_store.hpp>

#include <string>

namespace fmferry {

// The SHA-256 of an object by reading it, begun anew after each outage of the store. `corrupt` when
// the store answers but fails on this object again and again.
[[nodiscard]] Result<std::string> read_back_patiently(ObjectStore& store,
                                                      const std::string& key,
                                                      const CallContext& context);

}  // namespace fmferry
