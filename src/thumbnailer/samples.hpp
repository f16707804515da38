// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace thumbnailer {

// A tiny picture of each type, to set the decoders going. libvips must be initialised.
[[nodiscard]] std::vector<std::string> samples();

}  // namespace thumbnailer
