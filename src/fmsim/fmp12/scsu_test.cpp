// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/key.hpp>
#include <fmsim/fmp12/scsu.hpp>

#include <gtest/gtest.h>

namespace fmsim::fmp12 {
namespace {

std::string bytes(std::initializer_list<unsigned> values) {
  std::string out;
  for (const unsigned value : values) out += static_cast<char>(value);
  return out;
}

// The standard's own example.
TEST(ScsuTest, LeavesLatinTextAlone) {
  EXPECT_EQ(scsu(u"\u00D6l flie\u00DFt"),
            bytes({0xD6, 0x6C, 0x20, 0x66, 0x6C, 0x69, 0x65, 0xDF, 0x74}));
}

TEST(ScsuTest, WritesRussianInAWindow) {
  EXPECT_EQ(scsu(u"\u041C\u043E\u0441\u043A\u0432\u0430"),
            bytes({0x12, 0x9C, 0xBE, 0xC1, 0xBA, 0xB2, 0xB0}));
}

TEST(ScsuTest, QuotesWhatIsAlone) {
  EXPECT_EQ(scsu(u"5 \u20AC"), bytes({0x35, 0x20, 0x06, 0x2C}));
  EXPECT_EQ(scsu(u"\u6F22"), bytes({0x0E, 0x6F, 0x22}));
}

TEST(ScsuTest, GoesToUnicodeModeForHan) {
  EXPECT_EQ(scsu(u"\u6F22\u5B57 a"), bytes({0x0F, 0x6F, 0x22, 0x5B, 0x57, 0xE0, 0x20, 0x61}));
}

TEST(KeyTest, SaysNumbersInOneToThreeBytes) {
  EXPECT_EQ(key_of(127), bytes({0x7F}));
  EXPECT_EQ(key_of(128), bytes({0x80, 0x00}));
  EXPECT_EQ(key_of(16511), bytes({0xBF, 0xFF}));
  EXPECT_EQ(key_of(16512), bytes({0xC0, 0x00, 0x00}));
  EXPECT_EQ(key_of(1065089), bytes({0xD0, 0x00, 0x01}));
  EXPECT_EQ(key_of({130, 3}), bytes({0x80, 0x02, 0x03}));
  EXPECT_EQ(counted(3654), bytes({0x02, 0x8D, 0xC6}));
}

}  // namespace
}  // namespace fmsim::fmp12
