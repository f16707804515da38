// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/byte_code.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

namespace fmferry::fmp12 {
namespace {

using Kind = Operation::Kind;

std::string bytes(std::string_view hex) {
  std::string digits(hex);
  std::erase(digits, ' ');
  return from_hex(digits).value();
}

std::string letter_of(const Operation& operation) {
  switch (operation.kind) {
    case Kind::entry:
      return to_hex(operation.key) + '=' + to_hex(operation.value) + (operation.last ? "!" : "");
    case Kind::push:
      return to_hex(operation.key) + '/' + (operation.last ? "!" : "");
    case Kind::begin:
      return "{";
    case Kind::end:
      return "}";
    case Kind::done:
      return ".";
    case Kind::bad:
      return "?";
  }
  return "";
}

// All steps on one line, to the end or the first that is wrong.
std::string steps(const std::string& payload, bool leaf = true) {
  PayloadReader reader(payload, leaf);
  std::string line;
  while (true) {
    const auto operation = reader.next();
    line += letter_of(operation);
    if (operation.kind == Kind::done || operation.kind == Kind::bad) return line;
    line += ' ';
  }
}

TEST(ByteCode, StoresEntriesWithEveryFormOfKeyAndValue) {
  EXPECT_EQ(steps(bytes("00 11  01 12 AA  02 13 AA BB  03 14 AA BB CC DD")),
            "11= 12=aa 13=aabb 14=aabbccdd .");
  EXPECT_EQ(steps(bytes("04 15 01 02 03 04 05 06  05 16 01 02 03 04 05 06 07 08")),
            "15=010203040506 16=0102030405060708 .");
  EXPECT_EQ(steps(bytes("06 10 02 AA BB  07 10 00 01 AA")), "10=aabb 10=aa .");
  EXPECT_EQ(steps(bytes("08 80 01  10 C0 00 01  18 04 01 02 03 04")), "8001= c00001= 01020304= .");
}

TEST(ByteCode, EntersAndLeavesDirectories) {
  EXPECT_EQ(steps(bytes("80 20 03 80 28 80 03 30 C0 00 01 38 04 31 32 33 34 40 40")),
            "{ 03/ { 8003/ c00001/ 31323334/ } } .");
}

TEST(ByteCode, InnerNodesMarkTheLastOfADirectory) {
  EXPECT_EQ(steps(bytes("20 03 E0 05 C3 07 00 00 00 09"), false), "03/ 05/! 07=00000009! .");
}

TEST(ByteCode, InnerNodesHaveAnEmptyKeyForTheVeryStart) {
  EXPECT_EQ(steps(bytes("1B 00 01 00 00 00 09"), false), "=00000009 .");
  EXPECT_EQ(steps(bytes("DB 00 01 00 00 00 09"), false), "=00000009! .");
  EXPECT_EQ(steps(bytes("1B 00 02 00 00 00 09"), false), "?");
}

TEST(ByteCode, WhatNoNodeHasIsBad) {
  EXPECT_EQ(steps(bytes("21 03 AA")), "?");           // a directory with a value
  EXPECT_EQ(steps(bytes("C3 07 00 00 00 09")), "?");  // a last mark in a leaf
  EXPECT_EQ(steps(bytes("41")), "?");
  EXPECT_EQ(steps(bytes("81")), "?");
  EXPECT_EQ(steps(bytes("80"), false), "?");  // beginning and end in an inner node
  EXPECT_EQ(steps(bytes("40"), false), "?");
}

// Writes steps with random forms and says what they are.
class Writer {
 public:
  explicit Writer(std::mt19937& random) : random_(random) {}

  void step() {
    switch (random_() % 5) {
      case 0:
        payload_ += '\x80';
        steps_ += "{ ";
        break;
      case 1:
        payload_ += '\x40';
        steps_ += "} ";
        break;
      case 2:
        put_key(0x20);
        steps_ += "/ ";
        break;
      default:
        put_entry();
        break;
    }
    ends_.push_back(payload_.size());
  }

  [[nodiscard]] const std::string& payload() const { return payload_; }

  [[nodiscard]] std::string steps() const { return steps_ + '.'; }

  [[nodiscard]] bool is_between_steps(std::size_t at) const {
    return at == 0 || std::ranges::find(ends_, at) != ends_.end();
  }

 private:
  std::string noise(std::size_t length) {
    std::string made(length, '\0');
    for (auto& byte : made) byte = static_cast<char>(random_());
    return made;
  }

  void put_key(unsigned code) {
    const unsigned form = random_() % 4;
    const auto key = noise(form < 3 ? form + 1 : random_() % 12);
    payload_ += static_cast<char>(code | form << 3U);
    if (form == 3) payload_ += static_cast<char>(key.size());
    payload_ += key;
    steps_ += to_hex(key);
  }

  void put_entry() {
    constexpr std::array<std::size_t, 6> sizes{0, 1, 2, 4, 6, 8};
    const unsigned form = random_() % 8;
    const auto value = noise(form < 6 ? sizes.at(form) : random_() % (form == 6 ? 256 : 1001));
    put_key(form);
    if (form == 7) payload_ += static_cast<char>(value.size() >> 8U);
    if (form >= 6) payload_ += static_cast<char>(value.size());
    payload_ += value;
    steps_ += '=' + to_hex(value) + ' ';
  }

  std::mt19937& random_;
  std::string payload_;
  std::string steps_;
  std::vector<std::size_t> ends_;
};

TEST(ByteCodeProperty, ReadsWhatWasWritten) {
  std::mt19937 random(23);
  for (int round = 0; round < 500; ++round) {
    Writer writer(random);
    for (auto more = random() % 20; more > 0; --more) writer.step();
    EXPECT_EQ(steps(writer.payload()), writer.steps());
  }
}

TEST(ByteCodeProperty, AnEndInsideAStepIsBadAndNoOtherEndIs) {
  std::mt19937 random(29);
  for (int round = 0; round < 20; ++round) {
    Writer writer(random);
    for (int i = 0; i < 6; ++i) writer.step();
    for (std::size_t at = 0; at < writer.payload().size(); ++at) {
      const auto line = steps(writer.payload().substr(0, at));
      EXPECT_EQ(line.ends_with('.'), writer.is_between_steps(at)) << line;
    }
  }
}

TEST(ByteCodeProperty, AnyBytesComeToAnEnd) {
  std::mt19937 random(31);
  for (int round = 0; round < 20'000; ++round) {
    std::string noise(random() % 64, '\0');
    for (auto& byte : noise) byte = static_cast<char>(random());
    const auto line = steps(noise, round % 2 == 0);
    EXPECT_TRUE(line.ends_with('.') || line.ends_with('?'));
  }
}

}  // namespace
}  // namespace fmferry::fmp12
