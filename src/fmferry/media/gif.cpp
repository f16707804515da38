// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/byte_order.hpp>
#include <fmferry/media/structure.hpp>

namespace fmferry::media {
namespace {

constexpr std::size_t k_screen = 13;  // "GIF89a" and the logical screen descriptor

std::size_t colour_table_size(unsigned flags) {
  if ((flags & 0x80U) == 0) return 0;
  return std::size_t{3} << ((flags & 7U) + 1U);
}

// Blocks up to the trailer; what follows that is not looked at.
class GifFollower final : public StructureFollower {
 public:
  GifFollower() { gather_.want(k_screen); }

  void update(ByteView bytes) override {
    while (!bytes.empty() && state_ != State::ended && state_ != State::malformed) {
      bytes.remove_prefix(step(bytes));
    }
  }

  [[nodiscard]] Structure conclude(ByteView, std::int64_t) const override {
    Structure structure = structure_;
    structure.integrity = Integrity::truncated;
    if (state_ == State::malformed) structure.integrity = Integrity::malformed;
    if (state_ == State::ended) structure.integrity = Integrity::whole;
    return structure;
  }

 private:
  enum class State {
    screen,
    block,             // the byte that says what comes next
    image,             // nine bytes of an image descriptor
    skip_to_block,     // a colour table
    skip_to_subblock,  // a colour table and the code size, or an extension's label
    subblock,          // a length
    ended,
    malformed,
  };

  std::size_t step(ByteView bytes) {
    switch (state_) {
      case State::screen:
      case State::image: {
        const std::size_t taken = gather_.take(bytes);
        if (gather_.complete()) on_gathered(gather_.bytes());
        return taken;
      }
      case State::block:
        on_block(byte_at(bytes, 0));
        return 1;
      case State::skip_to_block:
      case State::skip_to_subblock: {
        const std::size_t passed = std::min(bytes.size(), left_);
        pass(passed);
        return passed;
      }
      case State::subblock: {
        const unsigned length = byte_at(bytes, 0);
        if (length == 0) {
          state_ = State::block;
        } else {
          skip(length, State::skip_to_subblock);
        }
        return 1;
      }
      case State::ended:
      case State::malformed:
        break;
    }
    return bytes.size();
  }

  void on_gathered(ByteView bytes) {
    if (state_ == State::screen) {
      structure_.set_size(le16(bytes, 6), le16(bytes, 8));
      skip(colour_table_size(byte_at(bytes, 10)), State::skip_to_block);
    } else {
      skip(colour_table_size(byte_at(bytes, 8)) + 1, State::skip_to_subblock);
    }
  }

  void on_block(unsigned kind) {
    if (kind == 0x21) {
      skip(1, State::skip_to_subblock);
    } else if (kind == 0x2c) {
      gather_.want(9);
      state_ = State::image;
    } else if (kind == 0x3b) {
      state_ = State::ended;
    } else if (kind != 0x00) {  // some writers pad with zeros
      state_ = State::malformed;
    }
  }

  void skip(std::size_t count, State state) {
    left_ = count;
    state_ = state;
    pass(0);
  }

  void pass(std::size_t count) {
    left_ -= count;
    if (left_ > 0) return;
    state_ = state_ == State::skip_to_block ? State::block : State::subblock;
  }

  State state_{State::screen};
  Gather gather_{};
  std::size_t left_{0};
  Structure structure_{};
};

}  // namespace

std::unique_ptr<StructureFollower> follow_gif() {
  return std::make_unique<GifFollower>();
}

}  // namespace fmferry::media
