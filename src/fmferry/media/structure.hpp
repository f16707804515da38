// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/media/exif.hpp>
#include <fmferry/ports/inspector.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace fmferry::media {

// How a body is built, as far as it was followed.
struct Structure {
  Integrity integrity{Integrity::unknown};
  std::optional<int> width{};
  std::optional<int> height{};
  ExifFacts exif{};
  std::optional<int> pages{};

  // Zero and what doesn't fit are left unknown.
  void set_size(std::uint64_t wide, std::uint64_t high);
};

// Follows the structure of one type through all bytes of a body, in any slicing. It is lenient
// where decoders are: a file that other programs open is never called bad.
class StructureFollower {
 public:
  virtual ~StructureFollower() = default;
  virtual void update(ByteView bytes) = 0;
  // As if the body ended here. `prefix` is the beginning of the body and `length` all of it.
  [[nodiscard]] virtual Structure conclude(ByteView prefix, std::int64_t length) const = 0;
};

// A follower and what its signature says about the type (empty: libmagic is to say it).
struct Recognised {
  std::unique_ptr<StructureFollower> follower{};
  std::string_view media_type{};
};

// So many bytes are enough to recognise any type we follow; a PDF may begin with blanks.
inline constexpr std::size_t k_signature_size = 1024;

// By the signature at the start of a body; no follower for types whose structure isn't followed.
[[nodiscard]] Recognised recognise(ByteView head);

[[nodiscard]] std::unique_ptr<StructureFollower> follow_jpeg();
[[nodiscard]] std::unique_ptr<StructureFollower> follow_png();
[[nodiscard]] std::unique_ptr<StructureFollower> follow_gif();
[[nodiscard]] std::unique_ptr<StructureFollower> follow_pdf();
[[nodiscard]] std::unique_ptr<StructureFollower> follow_bmff();
[[nodiscard]] std::unique_ptr<StructureFollower> follow_riff();

// Types that tell all we ask in their first bytes.
[[nodiscard]] Structure bmp_structure(ByteView prefix, std::int64_t length);
[[nodiscard]] Structure tiff_structure(ByteView prefix, std::int64_t length);

// Collects a fixed small number of bytes over slices.
class Gather {
 public:
  void want(std::size_t count) {
    bytes_.clear();
    wanted_ = count;
  }

  // How many of these bytes it took.
  std::size_t take(ByteView bytes) {
    const std::size_t count = std::min(bytes.size(), wanted_ - bytes_.size());
    bytes_.append(bytes.substr(0, count));
    return count;
  }

  [[nodiscard]] bool complete() const { return bytes_.size() == wanted_; }

  [[nodiscard]] ByteView bytes() const { return bytes_; }

 private:
  std::string bytes_{};
  std::size_t wanted_{0};
};

}  // namespace fmferry::media
