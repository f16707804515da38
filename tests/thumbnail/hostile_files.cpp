// SPDX-License-Identifier: Apache-2.0
#include "hostile_files.hpp"

#include "pictures.hpp"
#include "small_files.hpp"
#include <fmferry/foundation/file.hpp>

#include <algorithm>
#include <filesystem>
#include <random>

namespace fmferry::test {
namespace {

using Random = std::mt19937;

constexpr std::size_t k_largest_real = 3'000'000;
constexpr std::size_t k_reals_a_type = 6;

std::size_t below(Random& random, std::size_t limit) {
  return limit == 0 ? 0 : random() % limit;
}

Canvas noise(int width, int height, Random& random) {
  Canvas canvas(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const auto any = random();
      canvas.set(x,
                 y,
                 {static_cast<int>(any & 0xffU),
                  static_cast<int>(any >> 8U & 0xffU),
                  static_cast<int>(any >> 16U & 0xffU)});
    }
  }
  return canvas;
}

void add_reals(std::vector<HostileFile>& into,
               const std::filesystem::path& folder,
               const std::string& media_type) {
  std::error_code ignored;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (entry.is_regular_file() && entry.file_size() <= k_largest_real)
      files.push_back(entry.path());
  }
  std::ranges::sort(files);
  if (files.size() > k_reals_a_type) files.resize(k_reals_a_type);
  for (const auto& file : files) {
    const auto bytes = read_file(file);
    if (bytes) into.push_back({file.filename().string(), media_type, *bytes});
  }
}

std::vector<HostileFile> good_files(const std::string& corpus, Random& random) {
  const Canvas grain = noise(300, 200, random);
  std::vector<HostileFile> good{
      {"made.jpg", "image/jpeg", with_exif(jpeg_of(grain), 6, "made up")},
      {"cmyk.jpg", "image/jpeg", cmyk_jpeg_of(noise(90, 60, random))},
      {"made.png", "image/png", png_of(noise(200, 120, random))},
      {"clear.png", "image/png", png_of(noise(90, 60, random), 100)},
      {"made.tif", "image/tiff", tiff_of(noise(200, 120, random))},
      {"made.gif", "image/gif", gif_of(k_green, 120, 90)},
      {"made.pdf", "application/pdf", pdf_of(k_blue, 300, 400)},
      {"made.webp", "image/webp", small_webp()},
      {"made.heic", "image/heic", small_heic()},
  };
  if (corpus.empty()) return good;
  const std::filesystem::path pool = std::filesystem::path(corpus) / "clinic";
  add_reals(good, pool / "jpeg", "image/jpeg");
  add_reals(good, pool / "png", "image/png");
  add_reals(good, pool / "tiff", "image/tiff");
  add_reals(good, pool / "pdf", "application/pdf");
  add_reals(good, pool / "heic", "image/heic");
  return good;
}

std::string cut(std::string bytes, Random& random) {
  bytes.resize(below(random, bytes.size()));
  return bytes;
}

// Mostly in the beginning, where the structure is.
std::string flipped(std::string bytes, Random& random) {
  const std::size_t times = 1 + below(random, 40);
  for (std::size_t i = 0; i < times; ++i) {
    const std::size_t reach = i % 2 == 0 ? std::min<std::size_t>(bytes.size(), 600) : bytes.size();
    bytes[below(random, reach)] = static_cast<char>(random());
  }
  return bytes;
}

std::string shuffled(std::string bytes, Random& random) {
  const std::size_t from = below(random, bytes.size());
  const std::size_t size = below(random, bytes.size() - from);
  const std::string part = bytes.substr(from, size);
  return bytes.insert(below(random, bytes.size()), part);
}

// Numbers that parsers add, multiply and allocate by.
std::string with_large_numbers(std::string bytes, Random& random) {
  for (int i = 0; i < 4 && bytes.size() > 60; ++i) {
    const std::size_t at = 4 + below(random, std::min<std::size_t>(bytes.size() - 8, 400));
    bytes.replace(at, 4, i % 2 == 0 ? "\xff\xff\xff\xff" : "\x7f\xff\xff\xff");
  }
  return bytes;
}

std::string patched(std::string bytes, std::size_t at, const std::string& with) {
  return bytes.replace(at, with.size(), with);
}

// The size in the first frame header.
std::string giant_jpeg(std::string bytes) {
  for (std::size_t at = 2; at + 9 < bytes.size();) {
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker >= 0xc0 && marker <= 0xc2) return patched(bytes, at + 5, "\xff\xdc\xff\xdc");
    at += 2 + static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + 2])) * 256 +
          static_cast<unsigned char>(bytes[at + 3]);
  }
  return bytes;
}

std::string pdf_with(const std::string& page, const std::string& objects) {
  return "%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count "
         "1/Kids[3 0 "
         "R]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R" +
         page + ">>endobj\n" + objects + "trailer<</Size 9/Root 1 0 R>>\n%%EOF\n";
}

std::string stream(const std::string& head, const std::string& text) {
  return head + "/Length " + std::to_string(text.size()) + ">>\nstream\n" + text +
         "\nendstream endobj\n";
}

// Each is a trick of its own.
std::vector<HostileFile> tricks() {
  const std::string png = png_of(quarters(40, 30));
  const std::string gif = gif_of(k_red, 40, 30);
  const std::string tiff = tiff_of(quarters(40, 30));
  const std::string jpeg = jpeg_of(quarters(64, 48));
  std::string many_squares;
  for (int i = 0; i < 200'000; ++i) many_squares += "0 0 9 9 re f ";
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<</A";
  const std::string box = "/MediaBox[0 0 200 200]/Contents 4 0 R";
  return {
      {"png of 3.6 gigapixels", "image/png", png_announcing(60'000, 60'000)},
      {"png of 101 megapixels", "image/png", png_announcing(10'100, 10'000)},
      {"png of 2^31 by 2^31", "image/png", png_announcing(0x7fff'ffffU, 0x7fff'ffffU)},
      {"gif of 4.3 gigapixels", "image/gif", patched(gif, 6, "\xff\xff\xff\xff")},
      {"gif with a giant frame", "image/gif", patched(gif, 13 + 384 + 5, "\xff\xff\xff\xff")},
      {"jpeg of 4.3 gigapixels", "image/jpeg", giant_jpeg(jpeg)},
      {"tiff of giant width", "image/tiff", patched(tiff, 18, std::string("\xff\xff\xff\x7f", 4))},
      {"tiff of giant height", "image/tiff", patched(tiff, 30, std::string("\xff\xff\xff\x7f", 4))},
      {"tiff whose directory is itself the next",
       "image/tiff",
       patched(tiff, 118, std::string("\x08\0\0\0", 4))},
      {"png that is a bomb", "image/png", png_of(Canvas(9000, 9000, k_white))},
      {"png of one row", "image/png", png_of(Canvas(2'000'000, 1))},
      {"png of one column", "image/png", png_of(Canvas(1, 1'000'000))},
      {"pdf of a giant page", "application/pdf", pdf_of(k_red, 1'000'000, 1'000'000)},
      {"pdf of a page of no size", "application/pdf", pdf_of(k_red, 0, 0)},
      {"pdf that draws itself",
       "application/pdf",
       pdf_with(
           "/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>",
           stream("4 0 obj<<", "/X Do") +
               stream(
                   "5 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 "
                   "R>>>>",
                   "/X Do /X Do /X Do"))},
      {"pdf whose pages are their own parent",
       "application/pdf",
       "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[2 "
       "0 R]/Parent 2 "
       "0 R>>endobj\ntrailer<</Size 3/Root 1 0 R>>\n%%EOF\n"},
      {"pdf of many squares", "application/pdf", pdf_with(box, stream("4 0 obj<<", many_squares))},
      {"pdf nested deep", "application/pdf", pdf_with(box, "4 0 obj" + deep)},
      {"pdf with a stream of its own length",
       "application/pdf",
       pdf_with(box, "4 0 obj<</Length 4 0 R>>stream\nx\nendstream endobj\n")},
      {"pdf in a jpeg's clothes", "image/jpeg", jpeg + pdf_of(k_blue, 90, 90)},
      {"jpeg after a page of html", "image/jpeg", "<html><body>Sorry</body></html>" + jpeg},
      {"gif and javascript", "image/gif", "GIF89a=1;/*" + gif + "*/alert(1)"},
      {"zip after a png", "image/png", png + std::string("PK\3\4", 4) + std::string(4000, 'x')},
      {"png after a tiff", "image/tiff", tiff + png},
      {"svg that reads a file",
       "image/png",
       "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:x=\"http://www.w3.org/1999/xlink\" "
       "width=\"99\" "
       "height=\"99\"><image x:href=\"file:///etc/passwd\" width=\"9\" height=\"9\"/></svg>"},
      {"postscript that runs a command",
       "application/pdf",
       "%!PS\n(%pipe%id) (r) file\nshowpage\n"},
      {"nothing", "image/jpeg", ""},
      {"one byte", "image/jpeg", "\xff"},
  };
}

}  // namespace

std::vector<HostileFile> hostile_files(int count, const std::string& corpus) {
  Random random(20'261'126);
  const auto good = good_files(corpus, random);
  std::vector<HostileFile> files = tricks();
  using Change = std::string (*)(std::string, Random&);
  const std::vector<std::pair<std::string, Change>> changes{{"cut", cut},
                                                            {"flipped", flipped},
                                                            {"shuffled", shuffled},
                                                            {"large numbers", with_large_numbers}};
  for (std::size_t i = 0; files.size() < static_cast<std::size_t>(count); ++i) {
    const auto& file = good[i % good.size()];
    const auto& [name, change] = changes[i / good.size() % changes.size()];
    files.push_back({file.name + " " + name, file.media_type, change(file.bytes, random)});
  }
  return files;
}

}  // namespace fmferry::test
