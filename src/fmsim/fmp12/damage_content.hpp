// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// Damages that need to know what the bytes mean.
namespace fmsim::fmp12 {

class OpenFile;

void flip_content_bit(OpenFile& file, std::uint64_t seed);
void length_ffff(OpenFile& file, std::uint64_t seed);
void drop_piece(OpenFile& file, std::uint64_t seed);
void swap_pieces(OpenFile& file, std::uint64_t seed);
void wrong_md5(OpenFile& file, std::uint64_t seed);
void wrong_length(OpenFile& file, std::uint64_t seed);
void wrong_text_length(OpenFile& file, std::uint64_t seed);
void dangling_reference(OpenFile& file, std::uint64_t seed);
void swap_two_references(OpenFile& file, std::uint64_t seed);
void bitmap_mismatch(OpenFile& file, std::uint64_t seed);

}  // namespace fmsim::fmp12
