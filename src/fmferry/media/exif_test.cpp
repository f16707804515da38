// SPDX-License-Identifier: Apache-2.0
//
// Orientation, time and pages, out of files made byte by byte.
#include <fmferry/foundation/file.hpp>
#include <fmferry/media/exif.hpp>
#include <fmferry/media/magic_inspectors.hpp>

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

std::string be(std::uint64_t value, int size) {
  std::string bytes;
  for (int i = size - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
  return bytes;
}

std::string le(std::uint64_t value, int size) {
  const std::string bytes = be(value, size);
  return {bytes.rbegin(), bytes.rend()};
}

// Builds what is built like a TIFF file, in either order of bytes.
class Tiff {
 public:
  explicit Tiff(bool little) : little_(little) {}

  struct Entry {
    int tag{0};
    int type{0};
    std::string value{};  // of texts; others are numbers
    std::uint64_t number{0};
  };

  static Entry text(int tag, std::string value) {
    return {.tag = tag, .type = 2, .value = std::move(value) + '\0'};
  }

  static Entry word(int tag, std::uint64_t number) {
    return {.tag = tag, .type = 3, .number = number};
  }

  static Entry offset(int tag, std::uint64_t number) {
    return {.tag = tag, .type = 4, .number = number};
  }

  [[nodiscard]] std::string number(std::uint64_t value, int size) const {
    return little_ ? le(value, size) : be(value, size);
  }

  [[nodiscard]] std::string header() const {
    return (little_ ? "II" : "MM") + number(42, 2) + number(8, 4);
  }

  // A directory that begins `at` so many bytes, its texts behind it; `next`: where another one is.
  [[nodiscard]] std::string directory(std::size_t at,
                                      const std::vector<Entry>& entries,
                                      std::uint64_t next = 0) const {
    std::string bytes = number(entries.size(), 2);
    std::string texts;
    const std::size_t behind = at + 2 + entries.size() * 12 + 4;
    for (const auto& [tag, type, value, told] : entries) {
      bytes += number(static_cast<unsigned>(tag), 2) + number(static_cast<unsigned>(type), 2);
      bytes += number(type == 2 ? value.size() : 1, 4);
      if (type == 2) {
        bytes += number(behind + texts.size(), 4);
        texts += value;
      } else {
        bytes += type == 3 ? number(told, 2) + number(0, 2) : number(told, 4);
      }
    }
    return bytes + number(next, 4) + texts;
  }

 private:
  bool little_;
};

constexpr int k_orientation = 0x0112;
constexpr int k_changed = 0x0132;
constexpr int k_own = 0x8769;
constexpr int k_original = 0x9003;
constexpr int k_digitised = 0x9004;
constexpr int k_zone = 0x9011;

// A block whose first directory has `first`, and EXIF's own one `own`.
std::string block(bool little,
                  std::vector<Tiff::Entry> first,
                  const std::vector<Tiff::Entry>& own = {}) {
  const Tiff tiff(little);
  if (own.empty()) return tiff.header() + tiff.directory(8, first);
  first.push_back(Tiff::offset(k_own, 0));
  const std::size_t there = 8 + tiff.directory(8, first).size();
  first.back().number = there;
  return tiff.header() + tiff.directory(8, first) + tiff.directory(there, own);
}

std::string usual_block(bool little = true) {
  return block(little,
               {Tiff::word(k_orientation, 6), Tiff::text(k_changed, "2025:01:02 03:04:05")},
               {Tiff::text(k_original, "2024:05:06 07:08:09"), Tiff::text(k_zone, "+10:00")});
}

std::string words(const ExifFacts& facts) {
  return std::to_string(facts.orientation.value_or(0)) + " " + facts.taken;
}

TEST(Exif, IsReadInEitherOrderOfBytes) {
  EXPECT_EQ(words(read_exif(usual_block(true))), "6 2024-05-06T07:08:09+10:00");
  EXPECT_EQ(words(read_exif(usual_block(false))), "6 2024-05-06T07:08:09+10:00");
  EXPECT_EQ(words(read_exif("Exif\0\0"s + usual_block())), "6 2024-05-06T07:08:09+10:00");
}

TEST(Exif, TheTimeOfTheOriginalComesFirst) {
  const auto changed = Tiff::text(k_changed, "2025:01:02 03:04:05");
  const auto digitised = Tiff::text(k_digitised, "2024:09:10 11:12:13");
  EXPECT_EQ(words(read_exif(block(true, {changed}, {digitised}))), "0 2024-09-10T11:12:13");
  EXPECT_EQ(words(read_exif(block(true, {changed}))), "0 2025-01-02T03:04:05");
  const auto unknown = Tiff::text(k_original, "0000:00:00 00:00:00");
  EXPECT_EQ(words(read_exif(block(true, {changed}, {unknown, digitised}))),
            "0 2024-09-10T11:12:13");
  // The zone of one time says nothing about another.
  const auto zone = Tiff::text(k_zone, "+10:00");
  EXPECT_EQ(words(read_exif(block(true, {changed}, {digitised, zone}))), "0 2024-09-10T11:12:13");
}

TEST(Exif, WhatIsNoTimeIsNone) {
  for (const char* text : {"0000:00:00 00:00:00",
                           "    :  :     :  :  ",
                           "2024:13:01 00:00:00",
                           "2024:02:30 00:00:00",
                           "2023:02:29 00:00:00",
                           "2024:05:06 24:00:00",
                           "2024:05:06 07:60:09",
                           "2024:05:06 07:08:60",
                           "2024:05:06",
                           "yesterday at about noon",
                           "20 4:05:06 07:08:09",
                           "-024:05:06 07:08:09",
                           ""}) {
    EXPECT_EQ(words(read_exif(block(true, {}, {Tiff::text(k_original, text)}))), "0 ") << text;
  }
  EXPECT_EQ(words(read_exif(block(true, {}, {Tiff::text(k_original, "2024-02-29 23:59:59")}))),
            "0 2024-02-29T23:59:59");
}

TEST(Exif, WhatIsNoZoneIsNone) {
  for (const char* zone : {"   :  ", "Z", "+25:00", "+10:60", "10:00", "+1000"}) {
    EXPECT_EQ(
        words(read_exif(block(
            true, {}, {Tiff::text(k_original, "2024:05:06 07:08:09"), Tiff::text(k_zone, zone)}))),
        "0 2024-05-06T07:08:09")
        << zone;
  }
}

TEST(Exif, OrientationsAreOneToEight) {
  for (const int value : {0, 9, 65535}) {
    EXPECT_EQ(
        words(read_exif(block(true, {Tiff::word(k_orientation, static_cast<unsigned>(value))}))),
        "0 ");
  }
  for (int value = 1; value <= 8; ++value) {
    EXPECT_EQ(
        words(read_exif(block(false, {Tiff::word(k_orientation, static_cast<unsigned>(value))}))),
        std::to_string(value) + " ");
  }
}

TEST(Exif, HostileBlocksTellNothing) {
  const Tiff tiff(true);
  const auto huge = [&](int tag, int type, std::uint64_t count, std::uint64_t at) {
    return tiff.number(static_cast<unsigned>(tag), 2) +
           tiff.number(static_cast<unsigned>(type), 2) + tiff.number(count, 4) + tiff.number(at, 4);
  };
  const std::vector<std::string> blocks{
      "",
      "II*\0"s,
      "II*\0\xff\xff\xff\xff"s,
      tiff.header(),
      tiff.header() + "\xff\xff"s,
      // a circle: EXIF's own directory is the first
      tiff.header() + tiff.number(1, 2) + huge(k_own, 4, 1, 8) + tiff.number(8, 4),
      // beyond the end
      tiff.header() + tiff.number(1, 2) + huge(k_own, 4, 1, 0xfffffff0U) + tiff.number(0, 4),
      tiff.header() + tiff.number(1, 2) + huge(k_changed, 2, 20, 0xfffffff0U) + tiff.number(0, 4),
      tiff.header() + tiff.number(1, 2) + huge(k_changed, 2, 0xffffffffU, 30),
      tiff.header() + tiff.number(1, 2) + huge(k_orientation, 3, 0xffffffffU, 6),
  };
  for (const auto& bytes : blocks) EXPECT_EQ(words(read_exif(bytes)), "0 ");
  const std::string good = usual_block();
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    const auto facts = read_exif(ByteView(good).substr(0, cut));
    EXPECT_TRUE(facts.taken.empty() || facts.taken.starts_with("202"));
  }
}

// --- files
// -----------------------------------------------------------------------------------------

MagicInspectors& inspectors() {
  static const auto made = MagicInspectors::make();
  return **made;
}

std::string told(const Inspection& found) {
  return found.media_type + " " + std::to_string(found.orientation.value_or(0)) + " " +
         (found.taken.empty() ? "-" : found.taken) + " " + std::to_string(found.pages.value_or(0));
}

std::string inspect(ByteView body, std::size_t slice = 1U << 30U) {
  const auto inspector = inspectors().open();
  for (std::size_t at = 0; at < body.size(); at += slice) inspector->update(body.substr(at, slice));
  return told(inspector->finish());
}

std::string segment(char code, const std::string& content) {
  return "\xff"s + code + be(content.size() + 2, 2) + content;
}

std::string jpeg_with(const std::string& segments) {
  return "\xff\xd8"s + segments +
         segment('\xc0', "\x08"s + be(32, 2) + be(48, 2) + "\x01\x01\x11\0"s) +
         segment('\xda', "\x01\x01\0\0\0\0"s) + "abc\xff\xd9"s;
}

std::uint32_t crc32(const std::string& bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1U ^ 0xedb88320U : crc >> 1U;
  }
  return ~crc;
}

std::string chunk(const std::string& type, const std::string& data) {
  return be(data.size(), 4) + type + data + be(crc32(type + data), 4);
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

std::string box(const std::string& type, const std::string& content) {
  return be(content.size() + 8, 4) + type + content;
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

std::string pages_of_tiff(bool little, const std::vector<std::vector<Tiff::Entry>>& pages) {
  const Tiff tiff(little);
  std::string bytes = tiff.header();
  for (std::size_t i = 0; i < pages.size(); ++i) {
    const std::size_t at = bytes.size();
    const std::size_t behind = at + tiff.directory(at, pages[i]).size();
    bytes += tiff.directory(at, pages[i], i + 1 < pages.size() ? behind : 0);
  }
  return bytes;
}

std::vector<Tiff::Entry> page(std::uint64_t kind = 0) {
  return {Tiff::offset(254, kind), Tiff::offset(256, 30), Tiff::offset(257, 20)};
}

std::string pdf_of(const std::string& objects) {
  return "%PDF-1.4\n" + objects + "\ntrailer <</Size 9 /Root 1 0 R>>\nstartxref\n9\n%%EOF\n";
}

constexpr const char* k_root = "2 0 obj <</Type /Pages /Kids [3 0 R 4 0 R] /Count 12>> endobj\n";

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

TEST(Pages, OfATiffAreTheDirectoriesWithPictures) {
  EXPECT_EQ(inspect(pages_of_tiff(true, {page(), page()})), "image/tiff 0 - 2");
  EXPECT_EQ(inspect(pages_of_tiff(true, {page(1), page(4)})), "image/tiff 0 - 0");
  EXPECT_EQ(inspect(pages_of_tiff(true, {page(), {Tiff::offset(300, 1)}})), "image/tiff 0 - 0");
}

TEST(Pages, OfAChainThatGoesInACircleAreNotCounted) {
  const Tiff tiff(true);
  EXPECT_EQ(inspect(tiff.header() + tiff.directory(8, page(), 8)), "image/tiff 0 - 0");
  EXPECT_EQ(inspect(tiff.header() + tiff.directory(8, page(), 0xfffffff0U)), "image/tiff 0 - 0");
  const std::size_t second = 8 + tiff.directory(8, page()).size();
  EXPECT_EQ(inspect(tiff.header() + tiff.directory(8, page(), second) +
                    tiff.directory(second, page(), 8)),
            "image/tiff 0 - 0");
}

struct PdfCase {
  const char* name;
  std::string body;
  int pages;
};

TEST(Pages, OfAPdfAreToldOrUnknown) {
  const std::string root = k_root;
  const std::string small = "7 0 obj\n<</Count 3/Kids[8 0 R]/Type/Pages>>\nendobj\n";
  const PdfCase cases[] = {
      {"a root", pdf_of(root), 12},
      {"keys in any order", pdf_of(small), 3},
      {"no blanks", pdf_of("2 0 obj<</Type/Pages/Count 5/Kids[]>>endobj"), 5},
      {"a comment", pdf_of("2 0 obj\n% the pages (\n<< % more >>\n/Type /Pages /Count 5>>"), 5},
      {"the same root twice", pdf_of(root + root), 12},
      {"two roots that differ", pdf_of(root + small), 0},
      {"the count elsewhere", pdf_of("2 0 obj <</Type /Pages /Count 5 0 R>> endobj"), 0},
      {"no count", pdf_of("2 0 obj <</Type /Pages /Kids []>> endobj"), 0},
      {"a count below zero", pdf_of("2 0 obj <</Type /Pages /Count -4>> endobj"), 0},
      {"a count that is too large",
       pdf_of("2 0 obj <</Type /Pages /Count 99999999999>> endobj"),
       0},
      {"a node with a parent only", pdf_of("2 0 obj <</Type /Pages /Parent 1 0 R /Count 4>>"), 0},
      {"outlines", pdf_of("2 0 obj <</Type /Outlines /Count 4>> endobj"), 0},
      {"objects that are compressed", pdf_of(root + "5 0 obj <</Type /ObjStm /N 3>> endobj"), 0},
      {"a count in a dictionary inside", pdf_of("2 0 obj <</Type /Pages /R <</Count 4>> >>"), 0},
      {"in a string", pdf_of("2 0 obj <</Note (\\) /Type /Pages /Count 4 (>>) ) >> endobj"), 0},
      {"no end", pdf_of(root + "9 0 obj <</Note (open "), 0},
      {"text outside", pdf_of("/Type /Pages /Count 4"), 0},
  };
  for (const auto& [name, body, pages] : cases) {
    for (const std::size_t slice : {1U, 5U, 100'000U}) {
      EXPECT_EQ(inspect(body, slice), "application/pdf 0 - " + std::to_string(pages)) << name;
    }
  }
}

TEST(Pages, OfALinearizedPdfAreAnnouncedAsLongAsNothingWasAppended) {
  const auto made = [](std::size_t length) {
    std::string body = "%PDF-1.5\n1 0 obj <</Linearized 1 /L " + std::to_string(length) +
                       " /H [ 1 2 ] /O 7 /E 9 /N 44 /T 5>> endobj\n"
                       "5 0 obj <</Type /ObjStm /N 3>> endobj\n%%EOF\n";
    body.resize(4000, ' ');
    return body + "%%EOF\n";
  };
  EXPECT_EQ(inspect(made(4006)), "application/pdf 0 - 44");
  EXPECT_EQ(inspect(made(4000)), "application/pdf 0 - 0");
  EXPECT_EQ(inspect(made(90'000)), "application/pdf 0 - 0");
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
