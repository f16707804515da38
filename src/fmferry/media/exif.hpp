// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>

#include <optional>
#include <string>

namespace fmferry::media {

// What an EXIF block tells of a picture; see Inspection.
struct ExifFacts {
  std::optional<int> orientation{};
  std::string taken{};
};

// Longer blocks are not kept: the segment of a JPEG, where EXIF comes from, has room for no more.
inline constexpr std::size_t k_longest_exif = 64U << 10U;

// Reads a block that is built like a TIFF file, with or without "Exif\0\0" before it. Nothing where
// it is damaged, or says what can't be. `taken` is the time of the original, else that of its
// digitising, else that of the file's last change, each with its own zone where told.
[[nodiscard]] ExifFacts read_exif(ByteView block);

// Of the one Exif item that the content of a `meta` box names; nothing when there are several, or
// when it doesn't lie within the body's first bytes.
[[nodiscard]] ExifFacts read_heif_exif(ByteView meta, ByteView prefix);

}  // namespace fmferry::media
