// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/scsu.hpp>

#include <gtest/gtest.h>

#include <random>

namespace fmferry::fmp12 {
namespace {

// "41 DF" as bytes.
std::string bytes(std::string_view hex) {
  std::string digits(hex);
  std::erase(digits, ' ');
  return from_hex(digits).value();
}

// What the bytes decode to, or U+FFFF for malformed ones: no text of ours holds it.
std::u16string decoded(std::string_view hex) {
  return decode_scsu(bytes(hex)).value_or(u"\uFFFF");
}

const std::u16string k_malformed = u"\uFFFF";

// The examples of Unicode Technical Standard 6, section 9.
TEST(ScsuStandard, German) {
  EXPECT_EQ(decoded("D6 6C 20 66 6C 69 65 DF 74"), u"\u00D6l flie\u00DFt");
}

TEST(ScsuStandard, Russian) {
  EXPECT_EQ(decoded("12 9C BE C1 BA B2 B0"), u"\u041C\u043E\u0441\u043A\u0432\u0430");
}

TEST(ScsuStandard, Japanese) {
  const auto text = decode_scsu(
      bytes("08 00 1B 4C EA 16 CA D3 94 0F 53 EF 61 1B E5 84 C4 0F 53 EF 61 1B E5 84 C4 16 CA D3 "
            "94 08 02 0F 53 4A 4E 16 7D 00 30 82 52 4D 30 6B 6D 41 88 4C E5 97 9F 08 0C 16 CA D3 "
            "94 15 AE 0E 6B 4C 08 0D 8C B4 A3 9F CA 99 CB 8B C2 97 CC AA 84 08 02 0E 7C 73 E2 16 "
            "A3 B7 CB 93 D3 B4 C5 DC 9F 0E 79 3E 06 AE B1 9D 93 D3 08 0C BE A3 8F 08 88 BE A3 8D "
            "D3 A8 A3 97 C5 17 89 08 0D 15 D2 08 01 93 C8 AA 8F 0E 61 1B 99 CB 0E 4E BA 9F A1 AE "
            "93 A8 A0 08 02 08 0C E2 16 A3 B7 CB 0F 4F E1 80 05 EC 60 8D EA 06 D3 E6 0F 8A 00 30 "
            "44 65 B9 E4 FE E7 C2 06 CB 82"));
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), 116U);
  EXPECT_EQ(
      utf8_of(*text),
      "　♪リンゴ可愛いや可愛いやリンゴ。半世紀も前に流行した「リンゴの歌」がぴったりするかもし"
      "れない。米アップルコンピュータ社のパソコン「マック（マッキントッシュ）」を、こよなく愛す"
      "る人たちのことだ。「アップル信者」なんて言い方まである。");
}

TEST(ScsuStandard, AllFeatures) {
  EXPECT_EQ(decoded("41 DF 12 81 03 5F 10 DF 1B 03 DF 1C 88 80 0B BF FF FF 0D 0A 41 10 DF 12 81 03 "
                    "5F 10 DF 13 DF 14 80 15 FF"),
            u"A\u00DF\u0401\u015F\u00DF\u01DF\uF000\U0010FFFF\r\n"
            u"A\u00DF\u0401\u015F\u00DF\u01DF\uF000\U0010FFFF");
}

TEST(Scsu, PassesTextAndItsControlsThrough) {
  EXPECT_EQ(decoded(""), u"");
  EXPECT_EQ(decoded("00 09 0A 0D 20 7E 7F"), std::u16string(u"\0\t\n\r ~\x7F", 7));
}

TEST(Scsu, BeginsWithTheWindowsOfTheStandard) {
  EXPECT_EQ(decoded("80 10 80 11 80 12 80 13 80 14 80 15 80 16 80 17 80"),
            u"\u0080\u0080\u00C0\u0400\u0600\u0900\u3040\u30A0\uFF00");
}

TEST(Scsu, QuotesFromStaticWindowsBelow80) {
  EXPECT_EQ(decoded("01 01 02 00 03 00 04 00 05 00 06 00 07 00 08 7F"),
            u"\u0001\u0080\u0100\u0300\u2000\u2080\u2100\u307F");
}

TEST(Scsu, QuotesFromDynamicWindowsFrom80OnAndStaysWhereItWas) {
  EXPECT_EQ(decoded("03 B0 80"), u"\u0430\u0080");
  EXPECT_EQ(decoded("1A 09 10 03 80 80"), u"\u0480\u0080");  // also one that was defined anew
}

TEST(Scsu, DefinesWindowsByTheTableOfOffsets) {
  EXPECT_EQ(decoded("18 01 80 18 67 FF 18 68 80 18 A7 FF"), u"\u0080\u33FF\uE000\uFFFF");
  EXPECT_EQ(decoded("18 F9 80 18 FA 80 18 FB 80 18 FC 80 18 FD 80 18 FE 80 18 FF 80"),
            u"\u00C0\u0250\u0370\u0530\u3040\u30A0\uFF60");
}

TEST(Scsu, ADefinedWindowIsActiveAndOutlastsOthers) {
  EXPECT_EQ(decoded("1B 08 81 10 81 13 81"), u"\u0401\u0081\u0401");
}

TEST(Scsu, DefinesWindowsBeyondTheFirstPlane) {
  EXPECT_EQ(decoded("0B 00 00 80"), u"\U00010000");
  EXPECT_EQ(decoded("0B FF FF FF 10 41 17 80"), u"\U0010FFFFA\U0010FF80");
  EXPECT_EQ(decoded("0F F1 01 EC 80 FF"), u"\U0001F600\U0001F67F");
}

TEST(Scsu, QuotesOneUnitInEitherMode) {
  EXPECT_EQ(decoded("0E 30 42 41"), u"\u3042A");
  EXPECT_EQ(decoded("0F F0 E0 00 30 42"), u"\uE000\u3042");
}

TEST(Scsu, LeavesUnicodeModeByChangingOrDefiningAWindow) {
  EXPECT_EQ(decoded("0F 4E 00 E2 B0 0F DF FF F3 00 E8 01 41"),
            std::u16string(u"\u4E00\u0430") + char16_t{0xDFFF} + u"\uF300A");
}

TEST(Scsu, PassesPairsAndLonelySurrogatesOn) {
  EXPECT_EQ(decoded("0F D8 3D DE 00"), u"\U0001F600");
  EXPECT_EQ(decoded("0E DE 00"), std::u16string(1, char16_t{0xDE00}));
}

TEST(Scsu, RefusesWhatIsReserved) {
  for (const auto* hex : {"0C", "0F F2", "18 00", "18 A8", "18 F8", "0F E8 00", "41 0C 41"}) {
    EXPECT_EQ(decoded(hex), k_malformed) << hex;
  }
}

TEST(Scsu, RefusesASequenceThatIsCutOff) {
  for (const auto* hex : {"01",
                          "08",
                          "0E",
                          "0E 30",
                          "0B",
                          "0B 00",
                          "18",
                          "1F",
                          "0F 4E",
                          "0F F0",
                          "0F F0 E0",
                          "0F F1 03",
                          "0F E8"}) {
    EXPECT_EQ(decoded(hex), k_malformed) << hex;
  }
}

TEST(Scsu, ChangingTheModeAtTheEndIsNoError) {
  EXPECT_EQ(decoded("41 0F"), u"A");
  EXPECT_EQ(decoded("41 12"), u"A");
}

TEST(ScsuUnits, StopsAfterTheLastUnitAndTellsWhereTheNextStringBegins) {
  std::u16string out;
  EXPECT_EQ(decode_scsu_units(bytes("12 9C BE 05 61 62"), 2, out), 3U);
  EXPECT_EQ(out, u"\u041C\u043E");
  EXPECT_EQ(decode_scsu_units(bytes("61 62"), 1, out), 1U);
  EXPECT_EQ(out, u"\u041C\u043Ea");  // appended
  EXPECT_EQ(decode_scsu_units(bytes("0C"), 0, out), 0U);
}

TEST(ScsuUnits, WantsAllUnits) {
  std::u16string out;
  EXPECT_FALSE(decode_scsu_units(bytes("61 62"), 3, out));
  EXPECT_FALSE(decode_scsu_units(bytes("61 0C 62"), 2, out));
}

TEST(ScsuUnits, APairIsNotTornApart) {
  std::u16string out;
  EXPECT_FALSE(decode_scsu_units(bytes("41 0B 01 EC 80"), 2, out));
  EXPECT_EQ(decode_scsu_units(bytes("41 0B 01 EC 80"), 3, out), 5U);
}

TEST(ScsuProperty, AnyBytesGiveAtMostTwoUnitsAByteOrNothing) {
  std::mt19937 random(7);
  int malformed = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string noise(random() % 40, '\0');
    for (auto& byte : noise) byte = static_cast<char>(random());
    const auto text = decode_scsu(noise);
    if (!text) {
      ++malformed;
      continue;
    }
    EXPECT_LE(text->size(), 2 * noise.size());
    // The other way to read gives the same, and takes no more than there is.
    std::u16string again;
    const auto taken = decode_scsu_units(noise, text->size(), again);
    ASSERT_TRUE(taken);
    EXPECT_LE(*taken, noise.size());
    EXPECT_EQ(again, *text);
  }
  EXPECT_GT(malformed, 0);
  EXPECT_LT(malformed, 20'000);
}

TEST(ScsuProperty, AnyUnitsSurviveQuoting) {
  std::mt19937 random(11);
  for (int round = 0; round < 2'000; ++round) {
    std::u16string text(random() % 20, u'\0');
    std::string stream = "\x0F";
    for (auto& unit : text) {
      unit = static_cast<char16_t>(random());
      stream += '\xF0';
      stream += static_cast<char>(unit >> 8U);
      stream += static_cast<char>(unit & 0xFFU);
    }
    EXPECT_EQ(decode_scsu(stream), text);
  }
}

TEST(Utf8Of, WritesAllLengths) {
  EXPECT_EQ(utf8_of(u"A\u00DF\u3042\U0001F600\U0010FFFF"), "A\u00DF\u3042\U0001F600\U0010FFFF");
  EXPECT_EQ(utf8_of(std::u16string(1, u'\0')), std::string(1, '\0'));
}

TEST(Utf8Of, ReplacesSurrogatesThatStandAlone) {
  const std::u16string high(1, char16_t{0xD83D});
  const std::u16string low(1, char16_t{0xDE00});
  EXPECT_EQ(utf8_of(high), "\uFFFD");
  EXPECT_EQ(utf8_of(low + high), "\uFFFD\uFFFD");
  EXPECT_EQ(utf8_of(high + high + low + u"x"), "\uFFFD\U0001F600x");
}

}  // namespace
}  // namespace fmferry::fmp12
