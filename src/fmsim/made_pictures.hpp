// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace fmsim {

// Small files (about 1 to 4 KB) made by code; the same number gives the same bytes.
// JPEG, PNG, TIFF and PDF open in any viewer; the HEIC has the right boxes but no picture.
std::string made_jpeg(std::uint64_t number);
std::string made_png(std::uint64_t number);
std::string made_pdf(std::uint64_t number);
std::string made_heic(std::uint64_t number);
std::string made_tiff(std::uint64_t number);

}  // namespace fmsim
