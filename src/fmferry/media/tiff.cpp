// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/structure.hpp>
#include <fmferry/media/tiff_reader.hpp>

namespace fmferry::media {
namespace {

// Whether one of the pieces that two entries tell, where it begins and how long it is, goes on
// beyond the end. What can't be read here is passed over.
bool goes_beyond(const TiffReader& tiff,
                 std::size_t offsets,
                 std::size_t lengths,
                 std::int64_t length) {
  if (offsets == 0 || lengths == 0) return false;
  const std::uint32_t pieces = std::min(tiff.values_in(offsets), tiff.values_in(lengths));
  for (std::uint32_t i = 0; i < pieces; ++i) {
    const std::int64_t begin = tiff.value(offsets, i);
    if (begin == 0) break;
    if (begin + std::int64_t{tiff.value(lengths, i)} > length) return true;
  }
  return false;
}

// A directory that holds a picture; nothing when that isn't clear.
std::optional<bool> is_page(const TiffReader& tiff, std::size_t directory) {
  constexpr std::uint32_t tag_kind = 254;
  constexpr std::uint32_t tag_width = 256;
  constexpr std::uint32_t smaller_copy = 1;
  constexpr std::uint32_t mask = 4;
  std::uint32_t kind = 0;
  bool has_width = false;
  tiff.for_each_entry(directory, [&](std::uint32_t tag, std::size_t entry) {
    if (tag == tag_kind) kind = tiff.value(entry);
    has_width = has_width || tag == tag_width;
  });
  if ((kind & (smaller_copy | mask)) != 0) return false;
  return has_width ? std::optional(true) : std::nullopt;
}

// Directories follow each other like pages; only if all of them are at hand, and are no camera's.
// They can't overlap, so together they have room in the file; a chain that goes in a circle hasn't.
std::optional<int> pages_of(const TiffReader& tiff, ByteView prefix) {
  constexpr std::size_t size_of_next = 4;
  if (prefix.substr(TiffReader::k_header, 2) == "CR") return std::nullopt;
  std::size_t room = prefix.size();
  int pages = 0;
  for (std::size_t directory = tiff.first_directory(); directory != 0;) {
    if (!tiff.holds(directory, 2)) return std::nullopt;
    const std::size_t next = 2 + tiff.u16(directory) * TiffReader::k_entry;
    if (!tiff.holds(directory + next, size_of_next) || room < next) return std::nullopt;
    room -= next;
    const auto page = is_page(tiff, directory);
    if (!page) return std::nullopt;
    pages += *page ? 1 : 0;
    directory = tiff.u32(directory + next);
  }
  return pages > 0 ? std::optional(pages) : std::nullopt;
}

}  // namespace

// The first directory tells the size, and where the strips or tiles of its pixels lie. There may be
// more in the file than that, so the best verdict is `unknown`.
Structure tiff_structure(ByteView prefix, std::int64_t length) {
  constexpr std::uint32_t tag_width = 256;
  constexpr std::uint32_t tag_height = 257;
  constexpr std::uint32_t tag_strip_offsets = 273;
  constexpr std::uint32_t tag_strip_lengths = 279;
  constexpr std::uint32_t tag_tile_offsets = 324;
  constexpr std::uint32_t tag_tile_lengths = 325;
  Structure structure;
  if (prefix.size() < TiffReader::k_header) return {.integrity = Integrity::truncated};
  const TiffReader tiff(prefix);
  const std::size_t directory = tiff.first_directory();
  if (static_cast<std::int64_t>(directory) + 2 > length) return {.integrity = Integrity::truncated};
  if (directory + 2 > prefix.size()) return structure;
  std::uint32_t wide = 0;
  std::uint32_t high = 0;
  std::size_t offsets = 0;
  std::size_t lengths = 0;
  const std::uint32_t count = tiff.u16(directory);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t entry = directory + 2 + i * TiffReader::k_entry;
    if (static_cast<std::int64_t>(entry + TiffReader::k_entry) > length) {
      structure.integrity = Integrity::truncated;
    }
    if (entry + TiffReader::k_entry > prefix.size()) break;
    const std::uint32_t tag = tiff.u16(entry);
    if (tag == tag_width) wide = tiff.value(entry);
    if (tag == tag_height) high = tiff.value(entry);
    if (tag == tag_strip_offsets || tag == tag_tile_offsets) offsets = entry;
    if (tag == tag_strip_lengths || tag == tag_tile_lengths) lengths = entry;
  }
  if (goes_beyond(tiff, offsets, lengths, length)) structure.integrity = Integrity::truncated;
  structure.set_size(wide, high);
  structure.exif = read_exif(prefix);
  structure.pages = pages_of(tiff, prefix);
  return structure;
}

}  // namespace fmferry::media
