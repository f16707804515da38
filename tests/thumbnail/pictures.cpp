// SPDX-License-Identifier: Apache-2.0
#include "pictures.hpp"

#include <gtest/gtest.h>

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

// After <cstdio>, which it needs and doesn't include.
#include <jpeglib.h>

namespace fmferry::test {
namespace {

std::string be32(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xffU);
  return bytes;
}

std::string be16(std::uint32_t value) {
  return be32(value).substr(2);
}

std::string le16(std::uint32_t value) {
  const std::string big = be16(value);
  return {big.rbegin(), big.rend()};
}

std::string le32(std::uint32_t value) {
  const std::string big = be32(value);
  return {big.rbegin(), big.rend()};
}

void add(std::string& bytes, const Colour& colour) {
  for (const int channel : {colour.red, colour.green, colour.blue}) {
    bytes += static_cast<char>(channel);
  }
}

// Rows of pixels of so many channels.
std::string jpeg_from(const std::vector<std::string>& rows,
                      int width,
                      int channels,
                      J_COLOR_SPACE space) {
  jpeg_compress_struct coder{};
  jpeg_error_mgr errors{};
  coder.err = jpeg_std_error(&errors);
  jpeg_create_compress(&coder);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&coder, &out, &size);
  coder.image_width = static_cast<JDIMENSION>(width);
  coder.image_height = static_cast<JDIMENSION>(rows.size());
  coder.input_components = channels;
  coder.in_color_space = space;
  jpeg_set_defaults(&coder);
  jpeg_set_quality(&coder, 95, TRUE);
  jpeg_start_compress(&coder, TRUE);
  for (std::string row : rows) {
    auto* line = reinterpret_cast<JSAMPROW>(row.data());
    jpeg_write_scanlines(&coder, &line, 1);
  }
  jpeg_finish_compress(&coder);
  jpeg_destroy_compress(&coder);
  std::string bytes(reinterpret_cast<const char*>(out), size);
  std::free(out);
  return bytes;
}

std::string chunk(const std::string& kind, const std::string& data) {
  const std::string body = kind + data;
  const auto sum =
      ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return be32(static_cast<std::uint32_t>(data.size())) + body +
         be32(static_cast<std::uint32_t>(sum));
}

std::string deflated(const std::string& bytes) {
  uLongf size = ::compressBound(bytes.size());
  std::string out(size, '\0');
  ::compress(reinterpret_cast<Bytef*>(out.data()),
             &size,
             reinterpret_cast<const Bytef*>(bytes.data()),
             bytes.size());
  out.resize(size);
  return out;
}

}  // namespace

int Colour::distance(const Colour& other) const {
  return std::max(
      {std::abs(red - other.red), std::abs(green - other.green), std::abs(blue - other.blue)});
}

Canvas::Canvas(int width, int height, Colour colour)
    : width_(width),
      height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), colour) {}

std::size_t Canvas::index(int x, int y) const {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) +
         static_cast<std::size_t>(x);
}

Canvas quarters(int width, int height) {
  Canvas canvas(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool left = x < width / 2;
      const bool above = y < height / 2;
      canvas.set(x, y, above ? (left ? k_red : k_green) : (left ? k_blue : k_yellow));
    }
  }
  return canvas;
}

Canvas held(const Canvas& upright, int orientation) {
  const int width = upright.width();
  const int height = upright.height();
  const bool lying = orientation >= 5;
  Canvas stored(lying ? height : width, lying ? width : height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int right = width - 1 - x;
      const int below = height - 1 - y;
      const std::array<std::array<int, 2>, 8> places{{{x, y},
                                                      {right, y},
                                                      {right, below},
                                                      {x, below},
                                                      {y, x},
                                                      {y, right},
                                                      {below, right},
                                                      {below, x}}};
      const auto& place = places.at(static_cast<std::size_t>(orientation - 1));
      stored.set(place[0], place[1], upright.at(x, y));
    }
  }
  return stored;
}

std::string jpeg_of(const Canvas& canvas) {
  std::vector<std::string> rows(static_cast<std::size_t>(canvas.height()));
  for (int y = 0; y < canvas.height(); ++y) {
    for (int x = 0; x < canvas.width(); ++x)
      add(rows[static_cast<std::size_t>(y)], canvas.at(x, y));
  }
  return jpeg_from(rows, canvas.width(), 3, JCS_RGB);
}

std::string cmyk_jpeg_of(const Canvas& canvas) {
  std::vector<std::string> rows(static_cast<std::size_t>(canvas.height()));
  for (int y = 0; y < canvas.height(); ++y) {
    for (int x = 0; x < canvas.width(); ++x) {
      auto& row = rows[static_cast<std::size_t>(y)];
      add(row, canvas.at(x, y));
      row += static_cast<char>(255);
    }
  }
  return jpeg_from(rows, canvas.width(), 4, JCS_CMYK);
}

std::string with_exif(const std::string& jpeg, int orientation, std::string_view text) {
  const std::string description = std::string(text) + '\0';
  std::string tiff = "II" + le16(42) + le32(8);
  tiff += le16(2);
  tiff += le16(0x010e) + le16(2) + le32(static_cast<std::uint32_t>(description.size())) + le32(38);
  tiff +=
      le16(0x0112) + le16(3) + le32(1) + le16(static_cast<std::uint32_t>(orientation)) + le16(0);
  tiff += le32(0) + description;
  const std::string exif = std::string("Exif\0\0", 6) + tiff;
  const std::string segment = "\xff\xe1" + be16(static_cast<std::uint32_t>(exif.size() + 2)) + exif;
  return jpeg.substr(0, 2) + segment + jpeg.substr(2);
}

std::string png_announcing(unsigned width, unsigned height) {
  const std::string head = be32(width) + be32(height) + "\x08\x02" + std::string(3, '\0');
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", head) +
         chunk("IDAT", deflated(std::string(100'000, '\0'))) + chunk("IEND", "");
}

std::string png_of(const Canvas& canvas, std::optional<int> opacity) {
  std::string rows;
  for (int y = 0; y < canvas.height(); ++y) {
    rows += '\0';
    for (int x = 0; x < canvas.width(); ++x) {
      add(rows, canvas.at(x, y));
      if (opacity) rows += static_cast<char>(*opacity);
    }
  }
  const std::string head = be32(static_cast<std::uint32_t>(canvas.width())) +
                           be32(static_cast<std::uint32_t>(canvas.height())) + '\x08' +
                           (opacity ? '\x06' : '\x02') + std::string(3, '\0');
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", head) + chunk("IDAT", deflated(rows)) +
         chunk("IEND", "");
}

std::string tiff_of(const Canvas& canvas) {
  std::string pixels;
  for (int y = 0; y < canvas.height(); ++y) {
    for (int x = 0; x < canvas.width(); ++x) add(pixels, canvas.at(x, y));
  }
  const auto width = static_cast<std::uint32_t>(canvas.width());
  const auto height = static_cast<std::uint32_t>(canvas.height());
  const auto size = static_cast<std::uint32_t>(pixels.size());
  constexpr std::uint32_t k_entries = 9;
  constexpr std::uint32_t k_depths = 8 + 2 + 12 * k_entries + 4;
  std::string out = "II" + le16(42) + le32(8) + le16(k_entries);
  const auto entry =
      [&out](std::uint32_t tag, std::uint32_t kind, std::uint32_t count, std::uint32_t value) {
        out += le16(tag) + le16(kind) + le32(count) + le32(value);
      };
  entry(256, 4, 1, width);
  entry(257, 4, 1, height);
  entry(258, 3, 3, k_depths);
  entry(259, 3, 1, 1);
  entry(262, 3, 1, 2);
  entry(273, 4, 1, k_depths + 6);
  entry(277, 3, 1, 3);
  entry(278, 4, 1, height);
  entry(279, 4, 1, size);
  return out + le32(0) + le16(8) + le16(8) + le16(8) + pixels;
}

// Each pixel is a code of its own: with a clear code before every hundredth, no code grows wider.
std::string gif_of(Colour colour, int width, int height) {
  std::string out = "GIF89a" + le16(static_cast<std::uint32_t>(width)) +
                    le16(static_cast<std::uint32_t>(height)) + '\xf6' + std::string(2, '\0');
  for (int i = 0; i < 128; ++i) add(out, colour);
  out += "," + std::string(4, '\0') + le16(static_cast<std::uint32_t>(width)) +
         le16(static_cast<std::uint32_t>(height)) + '\0' + '\x07';
  std::string codes;
  for (int i = 0; i < width * height; ++i) {
    if (i % 100 == 0) codes += '\x80';
    codes += '\x01';
  }
  codes += '\x81';
  for (std::size_t at = 0; at < codes.size(); at += 255) {
    const std::string part = codes.substr(at, 255);
    out += static_cast<char>(part.size()) + part;
  }
  return out + '\0' + ";";
}

std::string pdf_of(Colour colour, int width, int height) {
  const auto part = [](int channel) { return std::to_string(channel / 255.0) + " "; };
  const std::string size = std::to_string(width) + " " + std::to_string(height);
  const std::string draw =
      part(colour.red) + part(colour.green) + part(colour.blue) + "rg 0 0 " + size + " re f";
  return "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
         "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
         "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 " +
         size + "]/Contents 4 0 R>>endobj\n4 0 obj<</Length " + std::to_string(draw.size()) +
         ">>\nstream\n" + draw + "\nendstream endobj\ntrailer<</Size 5/Root 1 0 R>>\n%%EOF\n";
}

Canvas decoded_jpeg(const std::string& bytes) {
  jpeg_decompress_struct coder{};
  jpeg_error_mgr errors{};
  coder.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&coder);
  jpeg_mem_src(&coder, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  jpeg_read_header(&coder, TRUE);
  EXPECT_EQ(coder.num_components, 3);
  coder.out_color_space = JCS_RGB;
  jpeg_start_decompress(&coder);
  Canvas canvas(static_cast<int>(coder.output_width), static_cast<int>(coder.output_height));
  std::vector<unsigned char> row(std::size_t{coder.output_width} * 3);
  for (int y = 0; y < canvas.height(); ++y) {
    JSAMPROW line = row.data();
    jpeg_read_scanlines(&coder, &line, 1);
    for (int x = 0; x < canvas.width(); ++x) {
      const auto at = static_cast<std::size_t>(x) * 3;
      canvas.set(x, y, {row[at], row[at + 1], row[at + 2]});
    }
  }
  jpeg_finish_decompress(&coder);
  jpeg_destroy_decompress(&coder);
  return canvas;
}

}  // namespace fmferry::test
