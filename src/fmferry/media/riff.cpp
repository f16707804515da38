// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/byte_order.hpp>
#include <fmferry/media/structure.hpp>

namespace fmferry::media {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t k_first_chunk = 12;  // behind "RIFF", the size and "WEBP"
constexpr std::size_t k_chunk_header = 8;

// https://developers.google.com/speed/webp/docs/riff_container
void set_webp_size(ByteView prefix, Structure& structure) {
  if (prefix.size() < k_first_chunk + 18) return;
  const ByteView type = prefix.substr(k_first_chunk, 4);
  const ByteView data = prefix.substr(k_first_chunk + 8);
  if (type == "VP8X"sv) {
    structure.set_size(le24(data, 4) + 1U, le24(data, 7) + 1U);
  } else if (type == "VP8L"sv && byte_at(data, 0) == 0x2f) {
    const std::uint32_t bits = le32(data, 1);
    structure.set_size((bits & 0x3fffU) + 1U, (bits >> 14U & 0x3fffU) + 1U);
  } else if (type == "VP8 "sv && data.substr(3, 3) == "\x9d\x01\x2a"sv) {
    structure.set_size(le16(data, 6) & 0x3fffU, le16(data, 8) & 0x3fffU);
  }
}

Structure riff_structure(ByteView prefix, std::int64_t length) {
  Structure structure;
  const std::uint32_t size = le32(prefix, 4);
  const std::int64_t announced = std::int64_t{size} + 8;
  const bool is_webp = prefix.substr(8, 4) == "WEBP"sv;
  const bool was_streamed = size == 0 || size == 0xffffffffU;
  if (is_webp) {
    structure.integrity = length >= announced ? Integrity::whole : Integrity::truncated;
    set_webp_size(prefix, structure);
  } else if (!was_streamed && length < announced) {
    structure.integrity = Integrity::truncated;
  } else if (length <= announced + 1) {
    structure.integrity = was_streamed ? Integrity::unknown : Integrity::whole;
  }  // more follows in long films, which isn't followed
  return structure;
}

// The first bytes tell all but EXIF, which a WebP has behind its pixels: so its chunks are followed
// as well.
class RiffFollower final : public StructureFollower {
 public:
  RiffFollower() { gather_.want(k_first_chunk); }

  void update(ByteView bytes) override {
    while (!bytes.empty() && state_ != State::done) bytes.remove_prefix(step(bytes));
  }

  [[nodiscard]] Structure conclude(ByteView prefix, std::int64_t length) const override {
    Structure structure = riff_structure(prefix, length);
    structure.exif = exif_;
    return structure;
  }

 private:
  enum class State { signature, chunk, data, done };

  std::size_t step(ByteView bytes) {
    if (state_ == State::data) {
      const std::size_t passed = std::min<std::uint64_t>(bytes.size(), left_);
      if (keeps_) kept_.append(bytes.substr(0, passed));
      left_ -= passed;
      if (left_ == 0) on_end_of_chunk();
      return passed;
    }
    const std::size_t taken = gather_.take(bytes);
    if (!gather_.complete()) return taken;
    if (state_ == State::signature) {
      if (gather_.bytes().substr(8, 4) == "WEBP"sv) {
        next_chunk();
      } else {
        end();
      }
    } else {
      on_chunk(gather_.bytes().substr(0, 4), le32(gather_.bytes(), 4));
    }
    return taken;
  }

  void next_chunk() {
    gather_.want(k_chunk_header);
    state_ = State::chunk;
  }

  void end() { state_ = State::done; }

  void on_chunk(ByteView type, std::uint32_t size) {
    keeps_ = type == "EXIF"sv && size <= k_longest_exif;
    // Chunks are padded to an even length; nothing is looked at behind the one that is kept.
    left_ = std::uint64_t{size} + (keeps_ ? 0 : size & 1U);
    state_ = State::data;
    if (left_ == 0) on_end_of_chunk();
  }

  void on_end_of_chunk() {
    if (!keeps_) return next_chunk();
    exif_ = read_exif(kept_);
    kept_ = {};
    end();
  }

  State state_{State::signature};
  Gather gather_{};
  std::uint64_t left_{0};
  bool keeps_{false};  // this chunk's data, in kept_
  std::string kept_{};
  ExifFacts exif_{};
};

}  // namespace

std::unique_ptr<StructureFollower> follow_riff() {
  return std::make_unique<RiffFollower>();
}

}  // namespace fmferry::media
