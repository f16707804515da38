// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/made_pictures.hpp>
#include <fmsim/random.hpp>

#include <array>

// A baseline JPEG of one grey component whose 8x8 blocks each have one shade: every block is a DC
// difference and an end-of-block, so that no cosine transform is needed.
namespace fmsim {
namespace {

// Numbers of codes of each length and the symbols of the usual DC luminance table.
constexpr std::array<std::uint32_t, 16> k_dc_lengths{
    0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0};
constexpr std::array<std::uint32_t, 12> k_dc_code{
    0x0, 0x2, 0x3, 0x4, 0x5, 0x6, 0xE, 0x1E, 0x3E, 0x7E, 0xFE, 0x1FE};
constexpr std::array<std::uint32_t, 12> k_dc_bits{2, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9};

class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}

  void put(std::uint32_t value, std::uint32_t bits) {
    for (std::uint32_t i = bits; i-- > 0;) {
      current_ = (current_ << 1U) | ((value >> i) & 1U);
      if (++used_ == 8) flush();
    }
  }

  // Fills the last byte with ones, as the format asks.
  void finish() {
    while (used_ != 0) put(1, 1);
  }

 private:
  void flush() {
    put_byte(out_, current_);
    if ((current_ & 0xFFU) == 0xFFU) put_byte(out_, 0);
    current_ = 0;
    used_ = 0;
  }

  std::string& out_;
  std::uint32_t current_{0};
  std::uint32_t used_{0};
};

void put_difference(BitWriter& bits, int difference) {
  const auto size_of = [](int value) {
    std::uint32_t size = 0;
    for (int rest = value < 0 ? -value : value; rest > 0; rest /= 2) ++size;
    return size;
  };
  const std::uint32_t size = size_of(difference);
  bits.put(k_dc_code[size], k_dc_bits[size]);
  if (size == 0) return;
  const int code = difference < 0 ? difference + (1 << size) - 1 : difference;
  bits.put(static_cast<std::uint32_t>(code), size);
}

void put_tables(std::string& out, std::uint32_t width, std::uint32_t height) {
  put_16(out, 0xFFDB);
  put_16(out, 67);
  put_byte(out, 0);
  out.append(64, '\x08');
  put_16(out, 0xFFC0);
  put_16(out, 11);
  put_byte(out, 8);
  put_16(out, height);
  put_16(out, width);
  for (const std::uint32_t byte : {1U, 1U, 0x11U, 0U}) put_byte(out, byte);
  put_16(out, 0xFFC4);
  put_16(out, 31);
  put_byte(out, 0x00);
  for (const std::uint32_t count : k_dc_lengths) put_byte(out, count);
  for (std::uint32_t symbol = 0; symbol < 12; ++symbol) put_byte(out, symbol);
  // The AC table knows one symbol only: end of block, in one bit.
  put_16(out, 0xFFC4);
  put_16(out, 20);
  put_byte(out, 0x10);
  put_byte(out, 1);
  out.append(15, '\0');
  put_byte(out, 0);
}

}  // namespace

std::string made_jpeg(std::uint64_t number) {
  const std::uint32_t across = 24 + 2 * static_cast<std::uint32_t>(number % 24);
  const std::uint32_t down = across * 3 / 4;
  std::string out;
  put_16(out, 0xFFD8);
  put_16(out, 0xFFE0);
  put_16(out, 16);
  out.append("JFIF\0\1\1\0\0\1\0\1\0\0", 14);
  put_tables(out, across * 8, down * 8);
  put_16(out, 0xFFDA);
  put_16(out, 8);
  for (const std::uint32_t byte : {1U, 1U, 0U, 0U, 63U, 0U}) put_byte(out, byte);
  BitWriter bits(out);
  int last = 0;
  for (std::uint32_t block = 0; block < across * down; ++block) {
    const int shade = static_cast<int>(mix(number * 100'003 + block) % 200) - 100;
    const int slope = static_cast<int>((block / across) * 2);
    const int value = shade / 4 + slope - 40;
    put_difference(bits, value - last);
    bits.put(0, 1);
    last = value;
  }
  bits.finish();
  put_16(out, 0xFFD9);
  return out;
}

}  // namespace fmsim
