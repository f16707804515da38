// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/bmff_box.hpp>
#include <fmferry/media/structure.hpp>

namespace fmferry::media {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t k_short_header = 8;
constexpr std::size_t k_long_header = 16;

bool is_printable(ByteView type) {
  // The copyright sign of QuickTime's user data is the one letter beyond ASCII.
  return std::all_of(
      type.begin(), type.end(), [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\xa9'; });
}

bool is_zero(ByteView bytes) {
  return bytes.find_first_not_of('\0') == ByteView::npos;
}

// Box after box on the top level (HEIC, HEIF, AVIF, MP4, MOV): their sizes must add up to the
// body's length.
class BmffFollower final : public StructureFollower {
 public:
  BmffFollower() { header_.want(k_short_header); }

  void update(ByteView bytes) override {
    while (!bytes.empty() && state_ != State::to_the_end && state_ != State::after_the_end &&
           state_ != State::malformed) {
      bytes.remove_prefix(step(bytes));
    }
  }

  [[nodiscard]] Structure conclude(ByteView prefix, std::int64_t) const override;

 private:
  enum class State { header, box, to_the_end, after_the_end, malformed };

  std::size_t step(ByteView bytes) {
    if (state_ == State::box) {
      const std::size_t passed = std::min<std::uint64_t>(bytes.size(), left_);
      left_ -= passed;
      if (left_ == 0) next_box();
      return passed;
    }
    const std::size_t taken = header_.take(bytes);
    if (header_.complete()) on_header(std::string(header_.bytes()));
    return taken;
  }

  void next_box() {
    header_.want(k_short_header);
    state_ = State::header;
  }

  void on_header(const std::string& header) {
    const ByteView type = ByteView(header).substr(4, 4);
    std::uint64_t size = be32(header, 0);
    if (!is_printable(type)) {
      state_ = is_usable() ? State::after_the_end : State::malformed;
      return;
    }
    if (size == 1 && header.size() == k_short_header) {
      header_.want(k_long_header);
      header_.take(header);
      return;
    }
    note(type);
    if (size == 0) {
      state_ = State::to_the_end;
      return;
    }
    if (header.size() == k_long_header) size = be64(header, k_short_header);
    if (size < header.size()) {
      state_ = is_usable() ? State::after_the_end : State::malformed;
      return;
    }
    left_ = size - header.size();
    state_ = State::box;
    if (left_ == 0) next_box();
  }

  void note(ByteView type) {
    has_index_ = has_index_ || type == "meta"sv || type == "moov"sv;
    has_data_ = has_data_ || type == "mdat"sv;
  }

  [[nodiscard]] bool is_usable() const { return has_index_ && has_data_; }

  [[nodiscard]] Integrity at_box_boundary() const {
    if (is_usable()) return Integrity::whole;
    // Small pictures may lie inside `meta`, and films may refer to other files.
    return has_index_ ? Integrity::unknown : Integrity::truncated;
  }

  State state_{State::header};
  Gather header_{};
  std::uint64_t left_{0};
  bool has_index_{false};  // says where the pictures are
  bool has_data_{false};
};

// A picture made of tiles has a size for the tiles, one for the whole and often one for a
// thumbnail: the whole is the largest.
void set_size_from_properties(ByteView properties, Structure& structure) {
  std::uint64_t largest = 0;
  while (properties.size() >= k_short_header) {
    const std::size_t size = be32(properties, 0);
    if (size < k_short_header) return;
    constexpr std::size_t size_box = 20;
    if (properties.substr(4, 4) == "ispe"sv && size >= size_box && properties.size() >= size_box) {
      const std::uint64_t wide = be32(properties, 12);
      const std::uint64_t high = be32(properties, 16);
      if (wide * high > largest) {
        largest = wide * high;
        structure.set_size(wide, high);
      }
    }
    properties.remove_prefix(std::min(size, properties.size()));
  }
}

Structure BmffFollower::conclude(ByteView prefix, std::int64_t) const {
  Structure structure;
  switch (state_) {
    case State::box:
      structure.integrity = Integrity::truncated;
      break;
    case State::header:
      structure.integrity = is_zero(header_.bytes()) ? at_box_boundary() : Integrity::truncated;
      break;
    case State::to_the_end:
      structure.integrity = Integrity::unknown;
      break;
    case State::after_the_end:
      structure.integrity = Integrity::whole;
      break;
    case State::malformed:
      structure.integrity = Integrity::malformed;
      break;
  }
  const ByteView meta = find_box(prefix, "meta"sv);
  constexpr std::size_t version_and_flags = 4;
  if (meta.size() > version_and_flags) {
    const ByteView boxes = meta.substr(version_and_flags);
    set_size_from_properties(find_box(find_box(boxes, "iprp"sv), "ipco"sv), structure);
    structure.exif = read_heif_exif(boxes, prefix);
  }
  return structure;
}

}  // namespace

std::unique_ptr<StructureFollower> follow_bmff() {
  return std::make_unique<BmffFollower>();
}

}  // namespace fmferry::media
