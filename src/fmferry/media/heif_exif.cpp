// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/bmff_box.hpp>
#include <fmferry/media/byte_order.hpp>
#include <fmferry/media/exif.hpp>

namespace fmferry::media {
namespace {

using namespace std::string_view_literals;

// Numbers one after the other; once they go beyond the bytes, it has failed and gives zeros.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : bytes_(bytes) {}

  [[nodiscard]] bool failed() const { return failed_; }

  // 0, 1, 2, 4 or 8 bytes of them.
  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char c : take(size)) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }

  ByteView take(std::size_t size) {
    failed_ = failed_ || bytes_.size() < size;
    if (failed_) return {};
    const ByteView taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  [[nodiscard]] ByteView rest() const { return bytes_; }

 private:
  ByteView bytes_;
  bool failed_{false};
};

// Where an item lies.
struct Place {
  bool inside_meta{false};  // in its `idat` box; else in the file
  std::uint64_t offset{0};
  std::uint64_t length{0};
};

// The number of the one item of the type Exif; ISO/IEC 14496-12, `iinf`.
std::optional<std::uint64_t> find_exif_item(ByteView info) {
  Cursor cursor(info);
  const std::uint64_t version = cursor.number(1);
  cursor.take(3);
  cursor.number(version == 0 ? 2 : 4);  // how many; the boxes themselves say where they end
  std::optional<std::uint64_t> found;
  bool several = false;
  for_each_box(cursor.rest(), [&](ByteView type, ByteView content) {
    Cursor entry(content);
    const std::uint64_t entry_version = entry.number(1);
    entry.take(3);
    if (type != "infe"sv || entry_version < 2) return;
    const std::uint64_t item = entry.number(entry_version == 2 ? 2 : 4);
    entry.take(2);
    if (entry.take(4) != "Exif"sv) return;
    several = several || found;
    found = item;
  });
  return several ? std::nullopt : found;
}

// The place of an item that is in one piece; ISO/IEC 14496-12, `iloc`.
class ItemPlaces {
 public:
  explicit ItemPlaces(ByteView content) : cursor_(content) {
    version_ = cursor_.number(1);
    cursor_.take(3);
    const std::uint64_t sizes = cursor_.number(2);
    offset_size_ = sizes >> 12U & 0xfU;
    length_size_ = sizes >> 8U & 0xfU;
    base_size_ = sizes >> 4U & 0xfU;
    index_size_ = version_ == 1 || version_ == 2 ? sizes & 0xfU : 0;
  }

  std::optional<Place> find(std::uint64_t wanted) {
    if (version_ > 2 || std::max({offset_size_, length_size_, base_size_, index_size_}) > 8) {
      return std::nullopt;
    }
    const std::size_t id_size = version_ == 2 ? 4 : 2;
    const std::uint64_t count = cursor_.number(id_size);
    for (std::uint64_t i = 0; i < count && !cursor_.failed(); ++i) {
      const std::uint64_t item = cursor_.number(id_size);
      const auto place = next_place();
      if (item == wanted) return cursor_.failed() ? std::nullopt : place;
    }
    return std::nullopt;
  }

 private:
  // Nothing: in several pieces, in none, or in another file.
  std::optional<Place> next_place() {
    const std::uint64_t method = version_ == 0 ? 0 : cursor_.number(2) & 0xfU;
    const std::uint64_t file = cursor_.number(2);
    const std::uint64_t base = cursor_.number(base_size_);
    const std::uint64_t pieces = cursor_.number(2);
    if (pieces != 1) {
      cursor_.take(pieces * (index_size_ + offset_size_ + length_size_));
      return std::nullopt;
    }
    cursor_.number(index_size_);
    Place place{.inside_meta = method == 1};
    place.offset = base + cursor_.number(offset_size_);
    place.length = cursor_.number(length_size_);
    if (method > 1 || file != 0) return std::nullopt;
    return place;
  }

  Cursor cursor_;
  std::uint64_t version_{0};
  std::size_t offset_size_{0};
  std::size_t length_size_{0};
  std::size_t base_size_{0};
  std::size_t index_size_{0};
};

}  // namespace

ExifFacts read_heif_exif(ByteView meta, ByteView prefix) {
  const auto item = find_exif_item(find_box(meta, "iinf"sv));
  if (!item) return {};
  const auto place = ItemPlaces(find_box(meta, "iloc"sv)).find(*item);
  if (!place || place->length > k_longest_exif) return {};
  const ByteView from = place->inside_meta ? find_box(meta, "idat"sv) : prefix;
  if (place->offset > from.size() || place->length > from.size() - place->offset) return {};
  // It begins with how far behind these four bytes the block is.
  Cursor cursor(from.substr(place->offset, place->length));
  cursor.take(cursor.number(4));
  return cursor.failed() ? ExifFacts{} : read_exif(cursor.rest());
}

}  // namespace fmferry::media
