// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/dates.hpp>

#include <gtest/gtest.h>

namespace fmferry {
namespace {

using std::chrono::minutes;

TEST(IsoDay, ReadsTheDataApisDates) {
  EXPECT_EQ(iso_day("11/22/2026"), "2026-11-22");
  EXPECT_EQ(iso_day("11/22/2026 17:03:45"), "2026-11-22");
  EXPECT_EQ(iso_day("02/29/2024"), "2024-02-29");
}

TEST(IsoDay, ReadsIsoDates) {
  EXPECT_EQ(iso_day("2026-11-22"), "2026-11-22");
  EXPECT_EQ(iso_day("2026-11-22T17:03:45Z"), "2026-11-22");
}

TEST(IsoDay, GuessesNothing) {
  for (const auto* text : {"",
                           "22/11/2026",
                           "02/29/2023",
                           "11/31/2026",
                           "00/10/2026",
                           "10/00/2026",
                           "1/2/2026",
                           "11/22/26",
                           "2026-13-01",
                           "2026-1-1",
                           "0000-01-01",
                           "-1/02/2020",
                           "01/-2/2020",
                           "+1/02/2020",
                           "2026/11/22",
                           "22.11.2026",
                           "yesterday!",
                           "2026-11-22x",
                           " 2026-11-22"}) {
    EXPECT_EQ(iso_day(text), std::nullopt) << text;
  }
}

TEST(ParseZone, KnowsLocalUtcAndOffsets) {
  EXPECT_TRUE(parse_zone("local")->local);
  EXPECT_EQ(parse_zone("utc")->offset, minutes(0));
  EXPECT_FALSE(parse_zone("UTC")->local);
  EXPECT_EQ(parse_zone("+10:00")->offset, minutes(600));
  EXPECT_EQ(parse_zone("-03:30")->offset, minutes(-210));
}

TEST(ParseZone, RefusesNonsense) {
  for (const auto* text :
       {"", "Europe/Berlin", "10:00", "+1:00", "+15:00", "+10:60", "+-1:00", "+01:-5", "+aa:00"}) {
    EXPECT_FALSE(parse_zone(text)) << text;
  }
}

TEST(FilemakerTimestamp, IsTheWallClockOfTheZone) {
  const auto time = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22} +
                    std::chrono::hours(17) + minutes(3) + std::chrono::seconds(45);
  EXPECT_EQ(filemaker_timestamp(time, *parse_zone("utc")), "11/22/2026 17:03:45");
  EXPECT_EQ(filemaker_timestamp(time, *parse_zone("+10:00")), "11/23/2026 03:03:45");
  EXPECT_EQ(filemaker_timestamp(time, *parse_zone("-03:30")), "11/22/2026 13:33:45");
}

TEST(MomentOf, ReadsBackWhatStampsSay) {
  const auto at = std::chrono::system_clock::from_time_t(1'795'000'000);
  for (const char* name : {"local", "utc", "+10:00", "-03:30"}) {
    const WallZone zone = *parse_zone(name);
    EXPECT_EQ(moment_of(filemaker_timestamp(at, zone), zone), at) << name;
  }
}

TEST(MomentOf, GuessesNothing) {
  for (const char* text : {"", "11/22/2026", "11/22/2026 25:00:00", "22/11/2026 10:00:00", "?"}) {
    EXPECT_EQ(moment_of(text, {}), std::nullopt) << text;
  }
}

TEST(MomentOf, WhatTheClockCantHoldIsTheNearestThatItCan) {
  const auto last = moment_of("01/01/9999 00:00:00", {.local = false});
  const auto first = moment_of("01/01/0001 00:00:00", {.local = false});
  ASSERT_TRUE(first && last);
  EXPECT_GT(*last, std::chrono::sys_days{std::chrono::year{2200} / 1 / 1});
  EXPECT_LT(*first, std::chrono::sys_days{std::chrono::year{1700} / 1 / 1});
}

}  // namespace
}  // namespace fmferry
