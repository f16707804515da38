// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace fmferry::test {

// quarters(64, 48) in formats that need an encoder.
[[nodiscard]] std::string small_webp();
[[nodiscard]] std::string small_heic();

}  // namespace fmferry::test
