// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/big_endian.hpp>
#include <fmferry/filemaker/fmp12/items.hpp>

namespace fmferry::fmp12 {
namespace {

// FileMaker's own limit for one text is 10 million characters.
constexpr std::size_t k_longest_value = 64U << 20U;
constexpr std::size_t k_head_unit = 4;

// Joins the pieces of one value.
class Pieces {
 public:
  void begin(ByteView key) {
    *this = Pieces();
    value_.key = key;
  }

  // Nothing is wrong when the answer is empty.
  std::string take(ByteView key, ByteView bytes) {
    if (key.size() == 1 && key[0] == '\xFF') return {};  // styles
    const auto number = number_of(key);
    if (!number) return "a value has a piece without a number";
    if (*number == 0) {
      if (bytes.size() < k_head_unit) return "a value's head is too short";
      length_ = u32_at(bytes, 0);
      if (bytes.size() >= 2 * k_head_unit) value_.units = u32_at(bytes, k_head_unit);
      return {};
    }
    if (*number != ++pieces_) return "a value lacks a piece";
    if (value_.raw.size() + bytes.size() > k_longest_value) return "a value is too long";
    value_.raw += bytes;
    return {};
  }

  [[nodiscard]] bool is_whole() const { return length_ && *length_ == value_.raw.size(); }

  StoredValue& value() { return value_; }

 private:
  StoredValue value_;
  std::optional<std::uint32_t> length_;
  std::uint32_t pieces_{0};
};

class ItemWalk {
 public:
  ItemWalk(const SectorFile& file, const Path& base, const WantedValue& wanted)
      : cursor_(file), base_(base), wanted_(wanted) {}

  // Only items with this key are of interest: the walk ends before any other.
  void stop_before_others(ByteView key) { only_ = key; }

  Status run(ByteView first, const ItemSink& sink) {
    Path target = base_;
    if (!first.empty()) target.push(first);
    FMF_TRY(cursor_.seek(target));
    while (true) {
      FMF_TRY_ASSIGN(const Cursor::Event event, cursor_.next());
      if (event == Cursor::Event::end) return {};
      // Leaving the item brings the path back to the base.
      if (!cursor_.path().starts_with(base_)) return {};
      const std::size_t depth = cursor_.path().size() - base_.size();
      const bool enters_item = event == Cursor::Event::enter && depth == 1;
      if (!in_item_ && depth >= 1 && !enters_item) {
        return fail(broken(cursor_.sector(), "the tree's index leads into the middle of a record"));
      }
      if (enters_item && only_ && cursor_.key() != *only_) return {};
      FMF_TRY_ASSIGN(const bool whole, take(event, depth));
      if (!whole) continue;
      FMF_TRY_ASSIGN(const bool go_on, sink(item_));
      if (!go_on) return {};
    }
  }

 private:
  // True when an item is whole.
  Result<bool> take(Cursor::Event event, std::size_t depth) {
    if (event == Cursor::Event::enter && depth == 1) {
      item_.key = cursor_.key();
      item_.values.clear();
      in_item_ = true;
    } else if (event == Cursor::Event::leave && depth == 0 && in_item_) {
      in_item_ = false;
      return true;
    } else if (event == Cursor::Event::entry && depth == 1) {
      if (wanted_(cursor_.key())) {
        item_.values.push_back(
            {.key = std::string(cursor_.key()), .raw = std::string(cursor_.value())});
      }
    } else if (event == Cursor::Event::enter && depth == 2) {
      collecting_ = wanted_(cursor_.key());
      if (collecting_) pieces_.begin(cursor_.key());
    } else if (collecting_ && event == Cursor::Event::entry && depth == 2) {
      const std::string why = pieces_.take(cursor_.key(), cursor_.value());
      if (!why.empty()) return fail(broken(cursor_.sector(), why));
    } else if (collecting_ && event == Cursor::Event::leave && depth == 1) {
      collecting_ = false;
      if (!pieces_.is_whole()) {
        return fail(broken(cursor_.sector(), "a value is not as long as its head says"));
      }
      item_.values.push_back(std::move(pieces_.value()));
    }
    return false;
  }

  Cursor cursor_;
  const Path& base_;
  const WantedValue& wanted_;
  Item item_;
  Pieces pieces_;
  std::optional<ByteView> only_;
  bool in_item_{false};
  bool collecting_{false};
};

}  // namespace

Status for_each_item(const SectorFile& file,
                     const Path& base,
                     ByteView first,
                     const WantedValue& wanted,
                     const ItemSink& sink) {
  return ItemWalk(file, base, wanted).run(first, sink);
}

Result<std::optional<Item>> one_item(const SectorFile& file,
                                     const Path& base,
                                     ByteView key,
                                     const WantedValue& wanted) {
  std::optional<Item> found;
  ItemWalk walk(file, base, wanted);
  walk.stop_before_others(key);
  FMF_TRY(walk.run(key, [&found](Item& item) -> Result<bool> {
    found = std::move(item);
    return false;
  }));
  return found;
}

std::optional<std::uint32_t> counted_number(ByteView value) {
  if (value.empty() || static_cast<unsigned char>(value[0]) != value.size() - 1) {
    return std::nullopt;
  }
  return number_of(value.substr(1));
}

}  // namespace fmferry::fmp12
