// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace fmsim::fmp12 {

struct PictureSize {
  std::uint32_t width{0};
  std::uint32_t height{0};
};

// What a JPEG or PNG says of itself; zeros for anything else.
PictureSize picture_size(std::string_view file);

}  // namespace fmsim::fmp12
