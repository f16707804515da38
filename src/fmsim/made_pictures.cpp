// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/made_pictures.hpp>
#include <fmsim/random.hpp>

#include <zlib.h>

#include <cstdio>
#include <string_view>
#include <vector>

namespace fmsim {
namespace {

std::string pixels(std::uint64_t number, std::uint32_t width, std::uint32_t height, bool filters) {
  std::string rows;
  for (std::uint32_t y = 0; y < height; ++y) {
    if (filters) rows += '\0';
    for (std::uint32_t x = 0; x < width; ++x) {
      put_byte(rows, x * 2 + y + static_cast<std::uint32_t>(mix(number ^ (x * y)) % 24));
    }
  }
  return rows;
}

void put_chunk(std::string& out, std::string_view type, std::string_view data) {
  put_32(out, static_cast<std::uint32_t>(data.size()));
  std::string body(type);
  body += data;
  const uLong sum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  out += body;
  put_32(out, static_cast<std::uint32_t>(sum));
}

void put_little_16(std::string& out, std::uint32_t value) {
  put_byte(out, value);
  put_byte(out, value >> 8U);
}

void put_little_32(std::string& out, std::uint32_t value) {
  put_little_16(out, value & 0xFFFFU);
  put_little_16(out, value >> 16U);
}

void put_entry(std::string& out, std::uint32_t tag, std::uint32_t type, std::uint32_t value) {
  put_little_16(out, tag);
  put_little_16(out, type);
  put_little_32(out, 1);
  put_little_32(out, value);
}

std::string deflated(const std::string& data) {
  uLongf size = compressBound(data.size());
  std::string out(size, '\0');
  compress2(reinterpret_cast<Bytef*>(out.data()),
            &size,
            reinterpret_cast<const Bytef*>(data.data()),
            data.size(),
            6);
  out.resize(size);
  return out;
}

void put_box(std::string& out, std::string_view type, std::string_view data) {
  put_32(out, static_cast<std::uint32_t>(data.size() + 8));
  out += type;
  out += data;
}

}  // namespace

std::string made_png(std::uint64_t number) {
  const std::uint32_t side = 32 + 2 * static_cast<std::uint32_t>(number % 16);
  std::string header;
  put_32(header, side);
  put_32(header, side);
  for (const std::uint32_t byte : {8U, 0U, 0U, 0U, 0U}) put_byte(header, byte);
  std::string out("\x89PNG\r\n\x1A\n", 8);
  put_chunk(out, "IHDR", header);
  put_chunk(out, "IDAT", deflated(pixels(number, side, side, true)));
  put_chunk(out, "IEND", "");
  return out;
}

std::string made_pdf(std::uint64_t number) {
  std::string text = "BT /F1 12 Tf 40 740 Td (Consent form, page " + std::to_string(number) +
                     ". Made up.) Tj ET\n";
  for (std::uint64_t line = 0; line < 12 + number % 24; ++line) {
    text += "BT /F1 9 Tf 40 " + std::to_string(720 - 14 * line) + " Td (Paragraph " +
            uuid_text(number * 64 + line) + ") Tj ET\n";
  }
  const std::vector<std::string> objects{
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
      "/Resources<</Font<</F1 5 0 R>>>>>>",
      "<</Length " + std::to_string(text.size()) + ">>\nstream\n" + text + "endstream",
      "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"};
  std::string out = "%PDF-1.4\n";
  std::string table = "xref\n0 6\n0000000000 65535 f \n";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    std::string offset = std::to_string(out.size());
    offset.insert(0, 10 - offset.size(), '0');
    table += offset + " 00000 n \n";
    out += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
  }
  const std::string start = std::to_string(out.size());
  return out + table + "trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n" + start + "\n%%EOF\n";
}

std::string made_heic(std::uint64_t number) {
  std::string out;
  put_box(out, "ftyp", std::string_view("heic\0\0\0\0mif1heic", 16));
  std::string handler("\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0", 25);
  std::string meta(4, '\0');
  put_box(meta, "hdlr", handler);
  put_box(out, "meta", meta);
  const std::uint32_t side = 32 + static_cast<std::uint32_t>(number % 24);
  put_box(out, "mdat", pixels(number, side, side, false));
  return out;
}

std::string made_tiff(std::uint64_t number) {
  const std::uint32_t side = 32 + static_cast<std::uint32_t>(number % 24);
  constexpr std::uint32_t k_entries = 9;
  const std::uint32_t data_at = 8 + 2 + k_entries * 12 + 4;
  std::string out("II*\0", 4);
  put_little_32(out, 8);
  put_little_16(out, k_entries);
  put_entry(out, 256, 4, side);
  put_entry(out, 257, 4, side);
  put_entry(out, 258, 3, 8);
  put_entry(out, 259, 3, 1);
  put_entry(out, 262, 3, 1);
  put_entry(out, 273, 4, data_at);
  put_entry(out, 277, 3, 1);
  put_entry(out, 278, 4, side);
  put_entry(out, 279, 4, side * side);
  put_little_32(out, 0);
  return out + pixels(number, side, side, false);
}

}  // namespace fmsim
