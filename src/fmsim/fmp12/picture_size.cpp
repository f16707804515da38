// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/picture_size.hpp>

namespace fmsim::fmp12 {
namespace {

std::uint32_t byte_at(std::string_view file, std::size_t at) {
  return static_cast<unsigned char>(file[at]);
}

std::uint32_t number_at(std::string_view file, std::size_t at) {
  return byte_at(file, at) << 8U | byte_at(file, at + 1);
}

bool is_frame(std::uint32_t marker) {
  // Not the tables of Huffman codes, arithmetic coding and the reserved one.
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

PictureSize jpeg_size(std::string_view file) {
  std::size_t at = 2;
  while (at + 9 < file.size() && byte_at(file, at) == 0xFF) {
    if (is_frame(byte_at(file, at + 1))) return {number_at(file, at + 7), number_at(file, at + 5)};
    at += 2 + number_at(file, at + 2);
  }
  return {};
}

}  // namespace

PictureSize picture_size(std::string_view file) {
  constexpr std::size_t k_png_header = 24;
  if (file.starts_with("\xFF\xD8")) return jpeg_size(file);
  if (file.starts_with("\x89PNG") && file.size() >= k_png_header) {
    return {number_at(file, 18), number_at(file, 22)};
  }
  return {};
}

}  // namespace fmsim::fmp12
