// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/id_set.hpp>
#include <fmferry/filemaker/fmp12/keys.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace fmferry::fmp12 {
namespace {

std::string bytes(std::string_view hex) {
  return from_hex(hex).value();
}

// Numbers around every change of length, and many between.
std::vector<std::uint32_t> numbers() {
  std::vector<std::uint32_t> all{0, 1, 127, 128, 129, 16511, 16512, 16513, k_highest_id};
  std::mt19937 random(5);
  std::uniform_int_distribution<std::uint32_t> any(0, k_highest_id);
  for (int i = 0; i < 20'000; ++i) all.push_back(any(random));
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

TEST(KeyNumber, IsWrittenAsFileMakerDoes) {
  EXPECT_EQ(key_of(127), bytes("7f"));
  EXPECT_EQ(key_of(128), bytes("8000"));
  EXPECT_EQ(key_of(162), bytes("8022"));
  EXPECT_EQ(key_of(16511), bytes("bfff"));
  EXPECT_EQ(key_of(16512), bytes("c00000"));
  EXPECT_EQ(key_of(1065089), bytes("d00001"));
  EXPECT_EQ(key_of(k_highest_id), bytes("ffffff"));
}

TEST(KeyNumber, ComesBackFromItsKey) {
  for (const auto number : numbers()) EXPECT_EQ(number_of(key_of(number)), number);
}

TEST(KeyNumber, KeysAscendAsNumbersDo) {
  std::string before;
  for (const auto number : numbers()) {
    const auto key = key_of(number);
    EXPECT_LT(before, key) << number;
    before = key;
  }
}

TEST(KeyNumber, IsNothingWhenTheKeyIsCutOffOrGoesOn) {
  for (const auto* hex : {"", "80", "bf", "c0", "c000", "0100", "800000", "c0000000"}) {
    EXPECT_EQ(number_of(bytes(hex)), std::nullopt) << hex;
  }
}

TEST(KeyNumber, AnyKeyIsTakenApartWithoutEverStandingStill) {
  std::mt19937 random(9);
  for (int round = 0; round < 20'000; ++round) {
    std::string key(random() % 12, '\0');
    for (auto& byte : key) byte = static_cast<char>(random());
    ByteView rest = key;
    std::string again;
    while (const auto number = take_number(rest)) again += key_of(*number);
    // What was taken is spelled in as many bytes, but for the two unused bits of C0 to FF.
    EXPECT_EQ(again.size(), key.size() - rest.size());
  }
}

TEST(FieldKey, HasARepetitionFromTheSecondOn) {
  const auto only = field_key_of(bytes("1b")).value();
  EXPECT_EQ(only.field, 27U);
  EXPECT_EQ(only.repetition, 1U);
  const auto second = field_key_of(bytes("1b02")).value();
  EXPECT_EQ(second.field, 27U);
  EXPECT_EQ(second.repetition, 2U);
  const auto far = field_key_of(bytes("800203")).value();
  EXPECT_EQ(far.field, 130U);
  EXPECT_EQ(far.repetition, 3U);
}

TEST(FieldKey, AttributesAreNoFields) {
  for (const auto* hex : {"d8", "fb", "fc", "fe", "ff", "fc01", "fc03", "1b01", "1b00", "1b0203"}) {
    EXPECT_FALSE(field_key_of(bytes(hex))) << hex;
  }
}

std::vector<std::string> random_path(std::mt19937& random) {
  std::vector<std::string> keys(random() % 4);
  for (auto& key : keys) {
    key.resize(1 + random() % 2);
    for (auto& byte : key) byte = static_cast<char>(random() % 2 == 0 ? 0x01 : 0xF0);
  }
  return keys;
}

Path path_of(const std::vector<std::string>& keys) {
  Path path;
  for (const auto& key : keys) path.push(key);
  return path;
}

int sign(int number) {
  return number < 0 ? -1 : number > 0 ? 1 : 0;
}

TEST(PathOrder, IsThatOfItsKeysOneAfterTheOther) {
  std::mt19937 random(13);
  for (int round = 0; round < 20'000; ++round) {
    const auto left = random_path(random);
    auto right = random_path(random);
    const int wanted = left < right ? -1 : right < left ? 1 : 0;
    EXPECT_EQ(sign(compare(path_of(left), std::nullopt, path_of(right))), wanted);
    EXPECT_EQ(path_of(left) == path_of(right), wanted == 0);
    if (left.empty()) continue;
    const std::vector<std::string> parent(left.begin(), left.end() - 1);
    EXPECT_EQ(sign(compare(path_of(parent), left.back(), path_of(right))), wanted);
  }
}

TEST(PathOrder, KeysAreNotJoined) {
  EXPECT_FALSE((Path{"\x01\x02"}) == (Path{"\x01", "\x02"}));
  EXPECT_FALSE((Path{"\x01\x02", "\x03"}).starts_with(Path{"\x01"}));
  EXPECT_TRUE((Path{"\x01", "\x03"}).starts_with(Path{"\x01"}));
  EXPECT_TRUE((Path{"\x01"}).starts_with(Path{}));
}

TEST(IdSet, IsASet) {
  std::mt19937 random(17);
  for (int round = 0; round < 50; ++round) {
    std::set<std::uint32_t> wanted;
    IdSet ids;
    const std::uint32_t end = round % 2 == 0 ? 200 : k_highest_id;
    for (auto more = random() % 100; more > 0; --more) {
      const auto id = static_cast<std::uint32_t>(random() % (end + 1));
      wanted.insert(id);
      ids.insert(id);
    }
    ASSERT_EQ(ids.count(), static_cast<std::int64_t>(wanted.size()));
    std::int64_t rank = 0;
    for (const auto id : wanted) {
      EXPECT_TRUE(ids.contains(id));
      EXPECT_EQ(ids.contains(id + 1), wanted.contains(id + 1));
      EXPECT_EQ(ids.nth(rank++), id);
    }
    EXPECT_EQ(ids.nth(rank), std::nullopt);
    EXPECT_EQ(ids.nth(-1), std::nullopt);
  }
}

}  // namespace
}  // namespace fmferry::fmp12
