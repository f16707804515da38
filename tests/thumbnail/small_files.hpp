// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace fmferry::test {

// quarters(64, 48) in formats that need an encoder.
[[nodiscard]] std::string small_webp();
[[nodiscard]] std::string small_heic();
// k_blue as a JPEG in Display P3, with that profile.
[[nodiscard]] std::string blue_in_p3();
// Grey, 120 of 255, with the same profile, which is one for colours.
[[nodiscard]] std::string grey_with_a_colour_profile();

}  // namespace fmferry::test
