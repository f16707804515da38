// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/file_name.hpp>

#include <gtest/gtest.h>

#include <random>

namespace fmferry::fmp12 {
namespace {

std::string masked(std::string text) {
  for (auto& byte : text) byte = static_cast<char>(byte ^ 0x5A);
  return text;
}

std::string string_of(char units, const std::string& scsu) {
  return units + masked(scsu);
}

const std::string k_version("\0\0\0\1", 4);

TEST(FileNameOfFnam, IsTheThirdString) {
  EXPECT_EQ(file_name_of_fnam(k_version + string_of(5, "image") + string_of(0, "") +
                              string_of(9, "image.svg")),
            "image.svg");
}

TEST(FileNameOfFnam, CountsUnitsNotBytesAndBeginsEachStringAnew) {
  // The kind leaves the decoder in the Cyrillic window; the name's 0xE4 is Latin again.
  const auto stream = k_version + string_of(2, "\x12\x9C\xBE") + string_of(0, "") +
                      string_of(5, "M\xE4\x0E\x30\x42.x");
  EXPECT_EQ(file_name_of_fnam(stream), "M\u00E4\u3042.x");
}

TEST(FileNameOfFnam, DoesNotGuess) {
  const auto front = k_version + string_of(4, "file") + string_of(0, "");
  EXPECT_EQ(file_name_of_fnam(""), std::nullopt);
  EXPECT_EQ(file_name_of_fnam(front), std::nullopt);
  EXPECT_EQ(file_name_of_fnam(front + string_of('\x80', std::string(128, 'a'))), std::nullopt);
  EXPECT_EQ(file_name_of_fnam(front + string_of(5, "four")), std::nullopt);
  EXPECT_EQ(file_name_of_fnam(front + string_of(4, "four") + "more"), std::nullopt);
  EXPECT_EQ(file_name_of_fnam(std::string("\0\0\0\2", 4) + front.substr(4) + string_of(1, "a")),
            std::nullopt);
}

TEST(FileNameOfFnam, AnyBytesAreSafeToRead) {
  std::mt19937 random(3);
  for (int round = 0; round < 20'000; ++round) {
    auto stream = k_version;
    for (auto more = random() % 30; more > 0; --more) stream += static_cast<char>(random() % 24);
    EXPECT_LE(file_name_of_fnam(stream).value_or("").size(), 3 * 127U);
  }
}

TEST(SafeFileName, KeepsOrdinaryNames) {
  EXPECT_EQ(safe_file_name("R\u00F6ntgen 12.04. \u3042.jpg"), "R\u00F6ntgen 12.04. \u3042.jpg");
}

TEST(SafeFileName, TakesOutWhatLeadsElsewhere) {
  EXPECT_EQ(safe_file_name("../../etc/passwd"), "etcpasswd");
  EXPECT_EQ(safe_file_name("C:\\a.exe"), "Ca.exe");
  EXPECT_EQ(safe_file_name(". ..hidden"), "hidden");
  EXPECT_EQ(safe_file_name("../.."), "");
}

TEST(SafeFileName, TakesOutControlsAndTurnsOfDirection) {
  EXPECT_EQ(safe_file_name(std::string("a\0b\r\n\x1B[2J\x7F.png", 14)), "ab[2J.png");
  EXPECT_EQ(safe_file_name("a\u0085\u202Egpj.exe\u2066"), "agpj.exe");
  EXPECT_EQ(safe_file_name("\u00A0\u2030"), "\u00A0\u2030");  // their neighbours stay
}

TEST(SafeFileName, TakesBrokenUtf8) {
  EXPECT_EQ(safe_file_name("\xE2\x80"), "\xE2\x80");
  EXPECT_EQ(safe_file_name("\xC2"), "\xC2");
}

}  // namespace
}  // namespace fmferry::fmp12
