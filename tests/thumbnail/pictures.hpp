// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry::test {

struct Colour {
  int red{0};
  int green{0};
  int blue{0};

  // The largest difference of one channel.
  [[nodiscard]] int distance(const Colour& other) const;
};

inline constexpr Colour k_red{220, 30, 30};
inline constexpr Colour k_green{30, 200, 30};
inline constexpr Colour k_blue{30, 30, 220};
inline constexpr Colour k_yellow{220, 220, 30};
inline constexpr Colour k_white{255, 255, 255};

// Pixels in rows, top left first.
class Canvas {
 public:
  Canvas(int width, int height, Colour colour = {});

  [[nodiscard]] int width() const { return width_; }

  [[nodiscard]] int height() const { return height_; }

  [[nodiscard]] Colour at(int x, int y) const { return pixels_.at(index(x, y)); }

  void set(int x, int y, Colour colour) { pixels_.at(index(x, y)) = colour; }

 private:
  [[nodiscard]] std::size_t index(int x, int y) const;

  int width_;
  int height_;
  std::vector<Colour> pixels_;
};

// Four quarters: red and green above, blue and yellow below.
[[nodiscard]] Canvas quarters(int width, int height);
// How a camera that was held so stores this picture: EXIF's orientation, 1 to 8.
[[nodiscard]] Canvas held(const Canvas& upright, int orientation);

[[nodiscard]] std::string jpeg_of(const Canvas& canvas);
// Inks are 255 minus light, as Adobe's programs write them.
[[nodiscard]] std::string cmyk_jpeg_of(const Canvas& canvas);
// With an EXIF block that says this orientation, and a text in it.
[[nodiscard]] std::string with_exif(const std::string& jpeg,
                                    int orientation,
                                    std::string_view text);
// opacity: 0 to 255, of all pixels.
[[nodiscard]] std::string png_of(const Canvas& canvas, std::optional<int> opacity = {});
// One that says in its header, with the right checksum, that it is so large.
[[nodiscard]] std::string png_announcing(unsigned width, unsigned height);
[[nodiscard]] std::string tiff_of(const Canvas& canvas);
[[nodiscard]] std::string gif_of(Colour colour, int width, int height);
// A page of this size in points, all of one colour.
[[nodiscard]] std::string pdf_of(Colour colour, int width, int height);

[[nodiscard]] Canvas decoded_jpeg(const std::string& bytes);

}  // namespace fmferry::test
