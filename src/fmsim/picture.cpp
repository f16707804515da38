// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/digest.hpp>
#include <fmsim/picture.hpp>

#include <zlib.h>

#include <algorithm>
#include <utility>

namespace fmsim {
namespace {

std::string png_text(std::string_view note) {
  std::string body("tEXtComment\0", 12);
  body += note;
  std::string chunk;
  put_32(chunk, static_cast<std::uint32_t>(body.size() - 4));
  chunk += body;
  const uLong sum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  put_32(chunk, static_cast<std::uint32_t>(sum));
  return chunk;
}

// Where the note goes and how it is wrapped there.
std::pair<std::size_t, std::string> wrapped(Format format,
                                            std::string_view file,
                                            std::string_view note) {
  constexpr std::size_t k_after_ihdr = 33;
  std::string wrap;
  switch (format) {
    case Format::jpeg:
      put_16(wrap, 0xFFFE);
      put_16(wrap, static_cast<std::uint32_t>(note.size() + 2));
      wrap += note;
      return {2, wrap};
    case Format::png:
      return {k_after_ihdr, png_text(note)};
    case Format::pdf:
      return {file.size(), "\n% " + std::string(note) + "\n"};
    case Format::heic:
      put_32(wrap, static_cast<std::uint32_t>(note.size() + 8));
      wrap += "free";
      wrap += note;
      return {file.size(), wrap};
    case Format::tiff:
      return {file.size(), std::string(note)};
  }
  return {file.size(), std::string(note)};
}

}  // namespace

Picture Picture::from_pool(Format format,
                           std::string_view file,
                           std::string_view note,
                           double kept) {
  auto [place, wrap] = wrapped(format, file, note);
  place = std::min(place, file.size());
  Picture picture;
  picture.head_ = file.substr(0, place);
  picture.note_ = std::move(wrap);
  picture.tail_ = file.substr(place);
  const std::size_t whole = file.size() + picture.note_.size();
  picture.size_ = kept >= 1.0 ? whole : static_cast<std::size_t>(static_cast<double>(whole) * kept);
  return picture;
}

Picture Picture::uploaded(std::shared_ptr<const std::string> bytes) {
  Picture picture;
  picture.owned_ = std::move(bytes);
  picture.head_ = *picture.owned_;
  picture.size_ = picture.head_.size();
  return picture;
}

std::string_view Picture::at(std::size_t offset) const {
  if (offset >= size_) return {};
  std::string_view rest;
  if (offset < head_.size()) {
    rest = head_.substr(offset);
  } else if (offset < head_.size() + note_.size()) {
    rest = std::string_view(note_).substr(offset - head_.size());
  } else {
    rest = tail_.substr(offset - head_.size() - note_.size());
  }
  return rest.substr(0, size_ - offset);
}

std::string Picture::sha256() const {
  Sha256 hash;
  for (std::size_t offset = 0; offset < size_;) {
    const std::string_view piece = at(offset);
    hash.add(piece);
    offset += piece.size();
  }
  return hash.hex();
}

std::string Picture::md5() const {
  Md5 hash;
  for (std::size_t offset = 0; offset < size_;) {
    const std::string_view piece = at(offset);
    hash.add(piece);
    offset += piece.size();
  }
  return hash.upper_hex();
}

std::string Picture::copy() const {
  std::string bytes;
  bytes.reserve(size_);
  while (bytes.size() < size_) bytes += at(bytes.size());
  return bytes;
}

}  // namespace fmsim
