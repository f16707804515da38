// SPDX-License-Identifier: Apache-2.0
//
// Orientation, time and pages, out of files of every format.
#include <fmferry/foundation/file.hpp>
#include <fmferry/media/made_documents_test.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <vector>

namespace fmferry::media {
namespace {

using namespace std::string_literals;

std::string jpeg_with(const std::string& segments) {
  return "\xff\xd8"s + segments +
         segment('\xc0', "\x08"s + be(32, 2) + be(48, 2) + "\x01\x01\x11\0"s) +
         segment('\xda', "\x01\x01\0\0\0\0"s) + "abc\xff\xd9"s;
}

std::string png_with(const std::string& chunks) {
  return "\x89PNG\r\n\x1a\n"s + chunk("IHDR", be(7, 4) + be(5, 4) + "\x08\x02\0\0\0"s) + chunks +
         chunk("IDAT", std::string(50, 'x')) + chunk("IEND", "");
}

// Pixels first, and so many of them that EXIF lies beyond what is kept of a body.
std::string webp_with(const std::string& exif, std::size_t pixels = 300'000) {
  const std::string chunks = "VP8X" + le(10, 4) + "\x18\0\0\0"s + le(1919, 3) + le(1079, 3) +
                             "VP8L" + le(pixels, 4) + std::string(pixels, 'v') + "EXIF" +
                             le(exif.size(), 4) + exif;
  return "RIFF" + le(chunks.size() + 4, 4) + "WEBP" + chunks;
}

std::string heif_meta(const std::string& entries, const std::string& places) {
  return box("meta",
             be(0, 4) + box("hdlr", std::string(20, '\0')) +
                 box("iinf", be(0, 4) + be(2, 2) + entries) + places);
}

std::string item(int number, const std::string& type) {
  return box("infe",
             be(2, 1) + be(0, 3) + be(static_cast<unsigned>(number), 2) + be(0, 2) + type + "\0"s);
}

// One place of item 2, in the file.
std::string heic_with(const std::string& exif, const std::string& more_items = {}) {
  const std::string type = box("ftyp", "heic" + be(0, 4) + "mif1heic");
  const auto meta_for = [&](std::size_t offset) {
    const std::string places = box(
        "iloc",
        be(1, 1) + be(0, 3) + be(0x4400, 2) + be(2, 2) +                         // sizes; two items
            be(1, 2) + be(0, 2) + be(0, 2) + be(2, 2) + std::string(16, '\1') +  // in two pieces
            be(2, 2) + be(0, 2) + be(0, 2) + be(1, 2) + be(offset, 4) + be(exif.size(), 4));
    return heif_meta(item(1, "hvc1") + item(2, "Exif") + more_items, places);
  };
  const std::size_t offset = type.size() + meta_for(0).size() + 8;
  return type + meta_for(offset) + box("mdat", exif + std::string(50, 'd'));
}

std::string heif_exif() {
  return be(6, 4) + "Exif\0\0"s + usual_block();
}

const std::map<std::string, std::pair<std::string, std::string>>& files() {
  static const std::map<std::string, std::pair<std::string, std::string>> made{
      {"jpeg",
       {jpeg_with(segment('\xe0', "JFIF\0\x01\x01\0\0\x01\0\x01\0\0"s) +
                  segment('\xe1', "http://ns.adobe.com/xap/1.0/\0<x/>"s) +
                  segment('\xe1', "Exif\0\0"s + usual_block(false))),
        "image/jpeg 6 2024-05-06T07:08:09+10:00 0"}},
      {"jpeg with a broken block",
       {jpeg_with(segment('\xe1', "Exif\0\0 \xff\xd9 thumbnail"s)), "image/jpeg 0 - 0"}},
      {"png", {png_with(chunk("eXIf", usual_block())), "image/png 6 2024-05-06T07:08:09+10:00 0"}},
      {"webp",
       {webp_with("Exif\0\0"s + usual_block()), "image/webp 6 2024-05-06T07:08:09+10:00 0"}},
      {"heic", {heic_with(heif_exif()), "image/heic 6 2024-05-06T07:08:09+10:00 0"}},
      {"heic with two", {heic_with(heif_exif(), item(3, "Exif")), "image/heic 0 - 0"}},
      {"heic that points nowhere",
       {heic_with(be(0xfffffff0U, 4) + usual_block()), "image/heic 0 - 0"}},
      {"tiff",
       {block(true,
              {Tiff::offset(256, 30), Tiff::offset(257, 20), Tiff::word(k_orientation, 8)},
              {Tiff::text(k_original, "2024:05:06 07:08:09")}),
        "image/tiff 8 2024-05-06T07:08:09 1"}},
      {"tiff of three pages",
       {pages_of_tiff(false, {page(2), page(2), page(1), page(2)}), "image/tiff 0 - 3"}},
      {"pdf",
       {pdf_of("1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj\n" + std::string(k_root) +
               "3 0 obj <</Type /Pages /Parent 2 0 R /Count 11>> endobj\n"),
        "application/pdf 0 - 12"}},
  };
  return made;
}

TEST(PictureFacts, AreReadFromEveryFormat) {
  for (const auto& [name, file] : files()) EXPECT_EQ(inspect(file.first), file.second) << name;
}

TEST(PictureFacts, AreTheSameInAnySlices) {
  for (const auto& [name, file] : files()) {
    for (const std::size_t slice : {1U, 2U, 3U, 7U, 64U, 1023U, 1024U, 1025U, 65'536U}) {
      EXPECT_EQ(inspect(file.first, slice), file.second) << name << " in slices of " << slice;
    }
  }
}

TEST(PictureFacts, NoFlippedByteMakesThemDifferBySlices) {
  std::mt19937 random(11);
  for (int round = 0; round < 4000; ++round) {
    auto at = files().begin();
    std::advance(at, random() % files().size());
    std::string body = at->second.first;
    if (body.size() > 100'000) continue;
    for (unsigned flips = random() % 6 + 1; flips > 0; --flips) {
      body[random() % body.size()] = static_cast<char>(random());
    }
    EXPECT_EQ(inspect(body, random() % 90 + 1), inspect(body)) << at->first << " round " << round;
  }
}

TEST(PictureFacts, ABlockOfFullLengthFits) {
  std::string full = usual_block();
  full.resize(65'527, '\0');
  EXPECT_EQ(inspect(jpeg_with(segment('\xe1', "Exif\0\0"s + full)), 1000),
            "image/jpeg 6 2024-05-06T07:08:09+10:00 0");
  full.resize(70'000, '\0');
  EXPECT_EQ(inspect(png_with(chunk("eXIf", full))), "image/png 0 - 0");
}

TEST(PictureFacts, OnlyAChunkWithAGoodChecksumIsBelieved) {
  std::string bad = chunk("eXIf", usual_block());
  bad.back() = static_cast<char>(bad.back() ^ 1);
  EXPECT_EQ(inspect(png_with(bad)), "image/png 0 - 0");
}

// Real files, where a corpus is at hand: FMF_CORPUS names its folder (scripts/corpus). Their names
// say what is in them.
class RealPhotos : public testing::Test {
 protected:
  static std::vector<std::filesystem::path> files(const std::string& folder) {
    std::vector<std::filesystem::path> found;
    const char* const root = std::getenv("FMF_CORPUS");
    if (root == nullptr) return found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root + ("/" + folder))) {
      if (entry.is_regular_file()) found.push_back(entry.path());
    }
    return found;
  }

  static std::string inspect_file(const std::filesystem::path& path) {
    const auto body = read_file(path);
    EXPECT_TRUE(body) << path;
    return body ? inspect(*body, 997) : "";
  }
};

TEST_F(RealPhotos, AreTurnedAsTheirNamesSay) {
  for (const auto& path : files("orientation")) {
    const std::string name = path.filename().string();
    const auto digit = name.find_first_of("12345678");
    if (digit == std::string::npos) continue;
    EXPECT_TRUE(inspect_file(path).starts_with("image/jpeg " + name.substr(digit, 1) + " "))
        << path;
  }
}

// "2004-01-11-22-45-15-sep-...": headers of many cameras, without their pictures.
TEST_F(RealPhotos, WereTakenWhenTheirNamesSay) {
  for (const auto& path : files("broken")) {
    const std::string name = path.filename().string();
    if (name.find("-sep-") != 19) continue;
    std::string time = name.substr(0, 19);
    time[10] = 'T';
    time[13] = time[16] = ':';
    EXPECT_NE(inspect_file(path).find(" " + time + " "), std::string::npos) << path;
  }
}

TEST_F(RealPhotos, AreListedForAnotherReader) {
  if (std::getenv("FMF_CORPUS_PRINT") == nullptr) return;
  for (const auto& path : files(""))
    std::cout << inspect_file(path) << " " << path.string() << "\n";
}

}  // namespace
}  // namespace fmferry::media
