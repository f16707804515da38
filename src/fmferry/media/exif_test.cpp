// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/exif.hpp>
#include <fmferry/media/made_documents_test.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fmferry::media {
namespace {

using namespace std::string_literals;

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

}  // namespace
}  // namespace fmferry::media
