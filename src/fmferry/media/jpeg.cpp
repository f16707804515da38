// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/byte_order.hpp>
#include <fmferry/media/structure.hpp>

namespace fmferry::media {
namespace {

using namespace std::string_view_literals;

constexpr auto k_exif_mark = "Exif\0\0"sv;

constexpr unsigned k_application_1 = 0xe1;
constexpr unsigned k_start_of_scan = 0xda;
constexpr unsigned k_end_of_image = 0xd9;

bool is_restart(unsigned code) {
  return code >= 0xd0 && code <= 0xd7;
}

bool stands_alone(unsigned code) {
  return is_restart(code) || code == 0x01 || code == 0xd8;
}

// SOF0 to SOF15, without DHT, JPG and DAC that lie among them.
bool is_frame(unsigned code) {
  return code >= 0xc0 && code <= 0xcf && code != 0xc4 && code != 0xc8 && code != 0xcc;
}

// Markers by their length, entropy-coded data up to the next marker. Like libjpeg it passes over
// fill bytes and stray bytes between segments; bytes after the end (a second picture, a film) are
// not looked at. Of the segments with metadata the first one with EXIF is kept until it was read.
class JpegFollower final : public StructureFollower {
 public:
  void update(ByteView bytes) override {
    while (!bytes.empty() && state_ != State::ended && state_ != State::malformed) {
      bytes.remove_prefix(step(bytes));
    }
  }

  [[nodiscard]] Structure conclude(ByteView, std::int64_t) const override {
    Structure structure = structure_;
    structure.integrity = Integrity::truncated;
    if (state_ == State::malformed) structure.integrity = Integrity::malformed;
    if (state_ == State::ended) {
      structure.integrity = has_frame_ && has_scan_ ? Integrity::whole : Integrity::malformed;
    }
    return structure;
  }

 private:
  enum class State {
    between,       // looking for the FF of the next marker
    code,          // after that FF
    length,        // two bytes of a segment's length
    frame,         // the first bytes of a SOF segment
    exif_mark,     // the first bytes of a segment that may hold EXIF
    exif,          // the rest of one that does
    segment,       // passing over a segment
    entropy,       // coded picture data
    entropy_code,  // after an FF in it
    ended,
    malformed,
  };

  std::size_t step(ByteView bytes) {
    switch (state_) {
      case State::between:
        return to_marker(bytes, State::code);
      case State::entropy:
        return to_marker(bytes, State::entropy_code);
      case State::code:
        on_code(byte_at(bytes, 0));
        return 1;
      case State::entropy_code:
        on_entropy_code(byte_at(bytes, 0));
        return 1;
      case State::length: {
        const std::size_t taken = gather_.take(bytes);
        if (gather_.complete()) on_length(be16(gather_.bytes(), 0));
        return taken;
      }
      case State::frame: {
        const std::size_t taken = gather_.take(bytes);
        if (gather_.complete()) on_frame(gather_.bytes());
        return taken;
      }
      case State::exif_mark: {
        const std::size_t taken = gather_.take(bytes);
        if (gather_.complete()) on_exif_mark();
        return taken;
      }
      case State::exif: {
        const std::size_t taken = gather_.take(bytes);
        if (gather_.complete()) on_exif();
        return taken;
      }
      case State::segment: {
        const std::size_t passed = std::min<std::size_t>(bytes.size(), left_);
        pass(passed);
        return passed;
      }
      case State::ended:
      case State::malformed:
        break;
    }
    return bytes.size();
  }

  std::size_t to_marker(ByteView bytes, State found) {
    const std::size_t at = bytes.find('\xff');
    if (at == ByteView::npos) return bytes.size();
    state_ = found;
    return at + 1;
  }

  void on_code(unsigned code) {
    if (code == 0xff) return;  // a fill byte
    code_ = code;
    if (code == k_end_of_image) {
      state_ = State::ended;
    } else if (code == 0x00 || stands_alone(code)) {
      state_ = State::between;
    } else {
      gather_.want(2);
      state_ = State::length;
    }
  }

  void on_entropy_code(unsigned code) {
    if (code == 0x00 || is_restart(code)) {
      state_ = State::entropy;
    } else {
      on_code(code);
    }
  }

  void on_length(std::size_t length) {
    if (length < 2) {
      state_ = State::malformed;
      return;
    }
    left_ = length - 2;
    if (is_frame(code_)) {
      constexpr std::size_t precision_and_size = 5;
      if (left_ < precision_and_size) {
        state_ = State::malformed;
        return;
      }
      gather_.want(precision_and_size);
      state_ = State::frame;
      return;
    }
    if (code_ == k_application_1 && !has_exif_ && !has_scan_ && left_ > k_exif_mark.size()) {
      gather_.want(k_exif_mark.size());
      state_ = State::exif_mark;
      return;
    }
    state_ = State::segment;
    pass(0);
  }

  void on_exif_mark() {
    if (gather_.bytes() != k_exif_mark) {
      state_ = State::segment;
      pass(k_exif_mark.size());
      return;
    }
    left_ -= k_exif_mark.size();
    gather_.want(left_);
    state_ = State::exif;
  }

  void on_exif() {
    structure_.exif = read_exif(gather_.bytes());
    has_exif_ = true;
    gather_ = {};
    pass(left_);
  }

  void on_frame(ByteView head) {
    if (!has_frame_) structure_.set_size(be16(head, 3), be16(head, 1));
    has_frame_ = true;
    state_ = State::segment;
    pass(head.size());
  }

  void pass(std::size_t count) {
    left_ -= count;
    if (left_ > 0) return;
    has_scan_ = has_scan_ || code_ == k_start_of_scan;
    state_ = code_ == k_start_of_scan ? State::entropy : State::between;
  }

  State state_{State::between};
  unsigned code_{0};
  std::size_t left_{0};
  Gather gather_{};
  bool has_frame_{false};
  bool has_scan_{false};
  bool has_exif_{false};
  Structure structure_{};
};

}  // namespace

std::unique_ptr<StructureFollower> follow_jpeg() {
  return std::make_unique<JpegFollower>();
}

}  // namespace fmferry::media
