// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/file.hpp>
#include <fmferry/media/file_pieces_test.hpp>
#include <fmferry/media/media_types.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

namespace fmferry {
namespace {

using namespace std::string_literals;
using media::be;
using media::box;
using media::chunk;
using media::inspectors;
using media::le;
using media::segment;

// 48 x 32, progressive in two scans, with fill bytes, restarts, stuffing and end marks where they
// are no end.
std::string made_jpeg() {
  const std::string frame = segment('\xc2', "\x08"s + be(32, 2) + be(48, 2) + "\x01\x01\x11\0"s);
  const std::string scan = segment('\xda', "\x01\x01\0\0\0\0"s);
  return "\xff\xd8"s + segment('\xe0', "JFIF\0\x01\x01\0\0\x01\0\x01\0\0"s) +
         segment('\xe1', "Exif\0\0 \xff\xd9 thumbnail \xff\xd8\xff\xda"s) +
         segment('\xe1', "http://ns.adobe.com/xap/1.0/\0<x/>"s) + segment('\xfe', "") +
         segment('\xdb', std::string(65, '\x01')) + "\xff\xff\xff"s + frame + scan +
         "abc\xff\x00 def\xff\xd0 ghi\xff\xd7\xff\xff"s + segment('\xc4', std::string(17, '\0')) +
         scan + "second\xff\0scan"s + "\xff\xff\xd9"s;
}

std::string made_png() {
  return "\x89PNG\r\n\x1a\n"s + chunk("IHDR", be(7, 4) + be(5, 4) + "\x08\x02\0\0\0"s) +
         chunk("tEXt", "Comment\0IEND"s) + chunk("IDAT", std::string(50, 'x')) + chunk("IDAT", "") +
         chunk("IEND", "");
}

std::string made_gif() {
  return "GIF89a"s + le(9, 2) + le(4, 2) + "\x80\0\0"s + std::string(6, '\x3b') +
         "\x21\xfe\x05hello\x03;;;\0"s + "\x2c"s + std::string(8, '\0') + "\x80"s +
         std::string(6, ';') + "\x02\x04;;;;\x01;\0"s + ";"s;
}

std::string made_pdf() {
  return "%PDF-1.7\n1 0 obj <<>> endobj\n" + std::string(3000, '%') +
         "\ntrailer <<>>\nstartxref\n9\n%%EOF\n";
}

std::string made_heic() {
  const auto extent = [](int wide, int high) {
    return box("ispe",
               be(0, 4) + be(static_cast<unsigned>(wide), 4) + be(static_cast<unsigned>(high), 4));
  };
  const std::string properties =
      box("ipco", box("hvcC", "config") + extent(512, 512) + extent(4032, 3024) + extent(320, 240));
  const std::string meta =
      box("meta", be(0, 4) + box("hdlr", std::string(20, '\0')) + box("iprp", properties));
  return box("ftyp", "heic" + be(0, 4) + "mif1heic") + meta +
         (be(1, 4) + "mdat" + be(116, 8) + std::string(100, 'd'));
}

std::string made_webp() {
  const std::string data = "\x10\0\0\0"s + le(1919, 3) + le(1079, 3) + std::string(40, 'v');
  return "RIFF" + le(data.size() + 12, 4) + "WEBPVP8X" + le(10, 4) + data;
}

std::string made_bmp() {
  return "BM" + le(0, 4) + le(0, 4) + le(54, 4) + le(40, 4) + le(3, 4) + le(0xfffffffeU, 4) +
         le(1, 2) + le(24, 2) + std::string(24, '\0') + std::string(24, 'p');
}

std::string made_tiff() {
  const auto entry = [](int tag, std::uint64_t value) {
    return be(static_cast<unsigned>(tag), 2) + be(4, 2) + be(1, 4) + be(value, 4);
  };
  return "MM\0*"s + be(8, 4) + be(4, 2) + entry(256, 30) + entry(257, 20) + entry(273, 62) +
         entry(279, 600) + be(0, 4) + std::string(600, 'p');
}

Inspection inspect(ByteView body) {
  const auto inspector = inspectors().open();
  inspector->update(body);
  return inspector->finish();
}

Inspection inspect_in_slices(ByteView body, std::mt19937& random) {
  const auto inspector = inspectors().open();
  const std::size_t widest = std::size_t{1} << (random() % 14U);
  while (!body.empty()) {
    const std::size_t slice = std::min<std::size_t>(body.size(), random() % widest + 1);
    inspector->update(body.substr(0, slice));
    body.remove_prefix(slice);
  }
  return inspector->finish();
}

std::string words(const Inspection& found) {
  const char* const integrity[] = {"whole", "unknown", "truncated", "malformed"};
  return found.media_type + " " + found.extension + " " +
         integrity[static_cast<int>(found.integrity)] + " " +
         std::to_string(found.width.value_or(0)) + "x" + std::to_string(found.height.value_or(0));
}

struct Sample {
  const char* name;
  std::string body;
  std::string expected;
  std::size_t blanks_at_end{0};  // that may be cut off and leave a whole file
};

const std::vector<Sample>& samples() {
  static const std::vector<Sample> made{
      {"jpeg", made_jpeg(), "image/jpeg jpg whole 48x32"},
      {"png", made_png(), "image/png png whole 7x5"},
      {"gif", made_gif(), "image/gif gif whole 9x4"},
      {"pdf", made_pdf(), "application/pdf pdf whole 0x0", 1},
      {"pdf behind blanks", std::string(60, '\0') + made_pdf(), "application/pdf pdf whole 0x0", 1},
      {"heic", made_heic(), "image/heic heic whole 4032x3024"},
      {"webp", made_webp(), "image/webp webp whole 1920x1080"},
      {"bmp", made_bmp(), "image/bmp bmp whole 3x2"},
      {"tiff", made_tiff(), "image/tiff tif unknown 30x20"},
  };
  return made;
}

TEST(MagicInspectors, TellTypeSizeAndIntegrity) {
  for (const Sample& sample : samples()) {
    EXPECT_EQ(words(inspect(sample.body)), sample.expected) << sample.name;
  }
}

TEST(MagicInspectors, AnySlicingGivesTheSameAnswer) {
  std::mt19937 random(1);
  for (const Sample& sample : samples()) {
    for (int round = 0; round < 50; ++round) {
      EXPECT_EQ(words(inspect_in_slices(sample.body, random)), sample.expected) << sample.name;
    }
  }
}

TEST(MagicInspectors, NoBodyThatWasCutIsWhole) {
  for (const Sample& sample : samples()) {
    for (std::size_t cut = 0; cut + sample.blanks_at_end < sample.body.size(); ++cut) {
      ASSERT_NE(inspect(sample.body.substr(0, cut)).integrity, Integrity::whole)
          << sample.name << " cut after " << cut << " of " << sample.body.size();
    }
  }
}

TEST(MagicInspectors, BytesBehindTheEndAreAllowed) {
  for (const Sample& sample : samples()) {
    EXPECT_EQ(words(inspect(sample.body + std::string(5000, '\0'))), sample.expected)
        << sample.name;
  }
  EXPECT_EQ(inspect(made_jpeg() + made_jpeg().substr(0, 20)).integrity, Integrity::whole);
}

TEST(MagicInspectors, NoFlippedByteMakesThemCrash) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    const Sample& sample = samples()[random() % samples().size()];
    std::string body = sample.body;
    for (unsigned flips = random() % 8 + 1; flips > 0; --flips) {
      body[random() % body.size()] = static_cast<char>(random());
    }
    body.resize(random() % 4 == 0 ? random() % body.size() : body.size());
    const std::string once = words(inspect(body));
    EXPECT_EQ(words(inspect_in_slices(body, random)), once) << sample.name << " round " << round;
  }
}

TEST(MagicInspectors, AnEmptyBodyIsTruncated) {
  EXPECT_EQ(words(inspectors().open()->finish()), "application/x-empty bin truncated 0x0");
}

TEST(MagicInspectors, TextAndUnknownBytesAreNotJudged) {
  EXPECT_EQ(words(inspect("Dear patient,\nall is well.\n")), "text/plain txt unknown 0x0");
  EXPECT_EQ(words(inspect("\x01\x02\x03\x99\xfe")), "application/octet-stream bin unknown 0x0");
}

TEST(MagicInspectors, DamagedStructuresAreMalformed) {
  std::string png = made_png();
  png[60] = static_cast<char>(png[60] ^ 1);
  EXPECT_EQ(inspect(png).integrity, Integrity::malformed);
  std::string jpeg = made_jpeg();
  jpeg[4] = jpeg[5] = '\0';  // a segment shorter than its own length
  EXPECT_EQ(inspect(jpeg).integrity, Integrity::malformed);
  EXPECT_EQ(inspect("\xff\xd8\xff\xd9" + std::string(40, ' ')).integrity, Integrity::malformed);
}

TEST(MagicInspectors, ALinearizedPdfMustHaveTheLengthItAnnounces) {
  const auto made = [](std::size_t length) {
    std::string body = "%PDF-1.5\n1 0 obj <</Linearized 1 /L " + std::to_string(length) +
                       " /H [ 1 2 ]>> endobj\n%%EOF\n";
    body.resize(4000, ' ');
    return body + "%%EOF\n";
  };
  EXPECT_EQ(inspect(made(4006)).integrity, Integrity::whole);
  EXPECT_EQ(inspect(made(90'000)).integrity, Integrity::truncated);
}

TEST(MagicInspectors, CallATiffTruncatedWhoseStripsGoBeyondItsEnd) {
  const std::string tiff = made_tiff();
  EXPECT_EQ(inspect(tiff).integrity, Integrity::unknown);
  EXPECT_EQ(inspect(tiff.substr(0, tiff.size() - 1)).integrity, Integrity::truncated);
  EXPECT_EQ(inspect(tiff.substr(0, 70)).integrity, Integrity::truncated);
}

TEST(MagicInspectors, TheTypeIsKnownEarlyAndAVerdictIsNot) {
  const auto inspector = inspectors().open();
  EXPECT_EQ(inspector->so_far().media_type, "application/x-empty");
  inspector->update(ByteView(made_jpeg()).substr(0, 200));
  EXPECT_EQ(words(inspector->so_far()).substr(0, 22), "image/jpeg jpg unknown");
}

TEST(MagicInspectors, ManyThreadsAskAtOnce) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([] {
      for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(words(inspect(made_heic())), "image/heic heic whole 4032x3024");
      }
    });
  }
}

TEST(MediaTypes, TheTablesAreInOrder) {
  EXPECT_EQ(media::extension_of("image/jpeg"), "jpg");
  EXPECT_EQ(media::extension_of("application/dicom"), "dcm");
  EXPECT_EQ(media::extension_of("video/x-msvideo"), "avi");
  EXPECT_EQ(media::extension_of("chemical/x-none"), "bin");
  EXPECT_EQ(media::canonical_media_type("text/xml"), "application/xml");
  EXPECT_EQ(media::canonical_media_type("text/plain"), "text/plain");
}

// Real files, where a corpus is at hand: FMF_CORPUS names its folder.
class Corpus : public testing::Test {
 protected:
  static std::vector<std::filesystem::path> files(const std::string& folder) {
    std::vector<std::filesystem::path> found;
    const char* const root = std::getenv("FMF_CORPUS");
    if (root == nullptr) return found;
    for (const auto& entry : std::filesystem::directory_iterator(root + ("/" + folder))) {
      found.push_back(entry.path());
    }
    return found;
  }
};

TEST_F(Corpus, NoGoodFileIsCalledBad) {
  std::mt19937 random(3);
  for (const char* folder : {"photos", "formats", "orientation", "documents", "media", "exif"}) {
    for (const auto& path : files(folder)) {
      const auto body = read_file(path);
      ASSERT_TRUE(body);
      const Inspection found = inspect(*body);
      EXPECT_NE(found.integrity, Integrity::truncated) << path;
      EXPECT_NE(found.integrity, Integrity::malformed) << path;
      EXPECT_EQ(words(inspect_in_slices(*body, random)), words(found)) << path;
      if (std::getenv("FMF_CORPUS_PRINT") != nullptr) {
        std::cout << words(found) << " " << path.string() << "\n";
      }
    }
  }
}

TEST_F(Corpus, HalfAFileIsNeverWhole) {
  for (const char* folder : {"photos", "formats", "orientation", "documents", "media"}) {
    for (const auto& path : files(folder)) {
      const auto body = read_file(path);
      ASSERT_TRUE(body);
      const ByteView half = ByteView(*body).substr(0, body->size() / 2);
      EXPECT_NE(inspect(half).integrity, Integrity::whole) << path;
    }
  }
}

TEST_F(Corpus, BrokenPhotosAreRecognised) {
  for (const auto& path : files("broken")) {
    const std::string name = path.filename().string();
    if (name != "cut-in-half.jpg" && name != "zero-bytes.jpg") continue;
    const auto body = read_file(path);
    ASSERT_TRUE(body);
    EXPECT_EQ(inspect(*body).integrity, Integrity::truncated) << name;
  }
}

}  // namespace
}  // namespace fmferry
