// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/byte_order.hpp>
#include <fmferry/media/structure.hpp>

#include <array>

namespace fmferry::media {
namespace {

constexpr std::size_t k_signature = 8;
constexpr std::uint32_t k_longest_chunk = 0x7fffffff;

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) {
      value = (value & 1U) != 0 ? 0xedb88320U ^ (value >> 1U) : value >> 1U;
    }
    table[i] = value;
  }
  return table;
}

constexpr auto k_crc_table = make_crc_table();

std::uint32_t crc_of(std::uint32_t crc, ByteView bytes) {
  for (const char c : bytes) {
    crc = k_crc_table[(crc ^ static_cast<unsigned char>(c)) & 0xffU] ^ (crc >> 8U);
  }
  return crc;
}

bool is_chunk_type(ByteView type) {
  return std::all_of(type.begin(), type.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

// Chunk after chunk with its checksum up to IEND; what follows that is not looked at. The one with
// EXIF is kept until it was read.
class PngFollower final : public StructureFollower {
 public:
  PngFollower() { gather_.want(k_signature); }

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
      structure.integrity = has_header_ && has_data_ ? Integrity::whole : Integrity::malformed;
    }
    return structure;
  }

 private:
  enum class State { signature, chunk, header, data, checksum, ended, malformed };

  std::size_t step(ByteView bytes) {
    if (state_ == State::data) {
      const std::size_t passed = std::min<std::size_t>(bytes.size(), left_);
      pass(bytes.substr(0, passed));
      return passed;
    }
    const std::size_t taken = gather_.take(bytes);
    if (gather_.complete()) on_gathered();
    return taken;
  }

  void on_gathered() {
    const std::string bytes(gather_.bytes());
    switch (state_) {
      case State::signature:
        next_chunk();
        break;
      case State::chunk:
        on_chunk(be32(bytes, 0), bytes.substr(4));
        break;
      case State::header:
        structure_.set_size(be32(bytes, 0), be32(bytes, 4));
        has_header_ = true;
        pass(bytes);
        break;
      case State::checksum:
        on_checksum(be32(bytes, 0));
        break;
      case State::data:
      case State::ended:
      case State::malformed:
        break;
    }
  }

  void next_chunk() {
    gather_.want(8);
    state_ = State::chunk;
  }

  void on_chunk(std::uint32_t length, const std::string& type) {
    if (length > k_longest_chunk || !is_chunk_type(type)) {
      state_ = State::malformed;
      return;
    }
    type_ = type;
    left_ = length;
    crc_ = crc_of(0xffffffffU, type);
    has_data_ = has_data_ || type == "IDAT";
    keeps_ = type == "eXIf" && !has_exif_ && length <= k_longest_exif;
    const bool is_header = type == "IHDR";
    constexpr std::uint32_t header_size = 13;
    if (is_header && length != header_size) {
      state_ = State::malformed;
      return;
    }
    gather_.want(header_size);
    state_ = is_header ? State::header : State::data;
    if (!is_header) pass({});
  }

  void pass(ByteView bytes) {
    crc_ = crc_of(crc_, bytes);
    if (keeps_) exif_.append(bytes);
    left_ -= bytes.size();
    if (left_ > 0) return;
    gather_.want(4);
    state_ = State::checksum;
  }

  void on_checksum(std::uint32_t expected) {
    if ((crc_ ^ 0xffffffffU) != expected) {
      state_ = State::malformed;
    } else if (type_ == "IEND") {
      state_ = State::ended;
    } else {
      if (keeps_) read_kept();
      next_chunk();
    }
  }

  void read_kept() {
    structure_.exif = read_exif(exif_);
    has_exif_ = true;
    keeps_ = false;
    exif_ = {};
  }

  State state_{State::signature};
  Gather gather_{};
  std::string type_{};
  std::size_t left_{0};
  std::uint32_t crc_{0};
  bool has_header_{false};
  bool has_data_{false};
  bool keeps_{false};  // this chunk's data, in exif_
  bool has_exif_{false};
  std::string exif_{};
  Structure structure_{};
};

}  // namespace

std::unique_ptr<StructureFollower> follow_png() {
  return std::make_unique<PngFollower>();
}

}  // namespace fmferry::media
