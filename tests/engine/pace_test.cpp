// SPDX-License-Identifier: Apache-2.0
#include "modelled_host.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fmferry::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

PaceSettings eight_wide() {
  return {.host = "source", .width = {.most = 8}};
}

constexpr int k_callers = 16;

// Bodies that a host serves in that time when exactly so many calls are under way all the time.
double best(int width, seconds span) {
  return width * std::chrono::duration<double>(span).count() / 0.25;
}

TEST(Pace, FindsWhatTheHostBearsAndStaysThere) {
  for (const int capacity : {1, 2, 3, 4, 6, 7, 8}) {
    ModelledHost host({.capacity = [=](seconds) { return capacity; }}, eight_wide(), k_callers);
    host.run(minutes(2));
    const auto steady = host.run(minutes(30));
    EXPECT_GE(static_cast<double>(steady.bodies), 0.9 * best(capacity, minutes(30)))
        << "capacity " << capacity;
    EXPECT_LT(static_cast<double>(steady.refused), 0.01 * static_cast<double>(steady.calls))
        << "capacity " << capacity;
    RecordProperty(
        "share_of_best_in_percent_at_" + std::to_string(capacity),
        static_cast<int>(100 * static_cast<double>(steady.bodies) / best(capacity, minutes(30))));
    RecordProperty("refused_in_ten_thousand_at_" + std::to_string(capacity),
                   static_cast<int>(10'000 * steady.refused / steady.calls));
  }
}

// Wherever in the rhythm of its probes a step meets it.
TEST(Pace, FollowsStepsOfCapacityWithinAMinute) {
  for (int shift = 0; shift < 60; shift += 7) {
    const seconds down(180 + shift);
    const seconds up(420 + 2 * shift);
    ModelledHost host({.capacity = [=](seconds at) { return at < down ? 4
                                                            : at < up ? 1
                                                                      : 8; }},
                      eight_wide(),
                      k_callers);
    host.run(seconds(60));
    const auto four = host.run(down - host.elapsed());
    EXPECT_GE(static_cast<double>(four.bodies), 0.8 * best(4, down - seconds(60))) << shift;
    host.run(seconds(60));
    const seconds at_one = up - host.elapsed();
    EXPECT_GE(static_cast<double>(host.run(at_one).bodies), 0.8 * best(1, at_one)) << shift;
    host.run(seconds(60));
    EXPECT_GE(static_cast<double>(host.run(minutes(2)).bodies), 0.8 * best(8, minutes(2))) << shift;
  }
}

TEST(Pace, LearnsToRestBeforeAHostDiesOfItsVolume) {
  ModelledHost host({.dies_after = 60, .down = seconds(90)}, eight_wide(), k_callers);
  const auto learning = host.run(minutes(10));
  const auto later = host.run(hours(4));
  EXPECT_LE(learning.deaths, 3);
  EXPECT_EQ(later.deaths, 0);
  EXPECT_GT(later.bodies, 6'664) << "and it still gets on";
}

TEST(Pace, GivesUpRestsThatDoNotHelp) {
  ModelledHost host(
      {.dies_after = 60, .down = seconds(5), .recovers_after = hours(1)}, eight_wide(), k_callers);
  const auto tally = host.run(hours(1));
  EXPECT_GT(tally.deaths, 20);
  EXPECT_GT(tally.bodies, 60 * 60) << "more than a picture a second, with a death a minute";
}

TEST(Pace, RestsByBytesWhereBytesAreWhatKills) {
  VolumeRest rest;
  for (const int downloads : {20, 120}) {
    for (int i = 0; i < downloads; ++i) {
      rest.note_download();
      rest.note_bytes(120'000'000 / downloads);
    }
    rest.note_collapse();
  }
  EXPECT_EQ(rest.limit().downloads, 0);
  EXPECT_EQ(rest.limit().bytes, 96'000'000);
}

TEST(Pace, AnOutageAloneTeachesNoRest) {
  ModelledHost host({.outage =
                         [](seconds at) {
                           return (at >= seconds(60) && at < seconds(120)) ||
                                  (at >= seconds(900) && at < seconds(960));
                         }},
                    eight_wide(),
                    k_callers);
  host.run(minutes(20));
  const auto after = host.run(minutes(10));
  EXPECT_GE(static_cast<double>(after.bodies), 0.95 * best(8, minutes(10)));
}

TEST(Pace, WaitsOutTwoHoursWithAFewCalls) {
  ModelledHost host({.outage = [](seconds at) { return at >= minutes(5) && at < minutes(125); }},
                    eight_wide(),
                    k_callers);
  host.run(minutes(5));
  const auto outage = host.run(hours(2));
  EXPECT_FALSE(outage.given_up);
  EXPECT_LE(outage.bodies, 8) << "those under way";
  EXPECT_LE(outage.while_down, 40);
  host.run(minutes(20));
  const auto after = host.run(minutes(10));
  EXPECT_GE(static_cast<double>(after.bodies), 0.9 * best(8, minutes(10)));
}

TEST(Pace, GivesUpWhenThePatienceIsOver) {
  PaceSettings settings = eight_wide();
  settings.breaker.patience = hours(1);
  ModelledHost host({.outage = [](seconds at) { return at >= minutes(1); }}, settings, k_callers);
  EXPECT_FALSE(host.run(minutes(60)).given_up);
  EXPECT_TRUE(host.run(minutes(30)).given_up);
}

TEST(Pace, NarrowsWhenWidthOnlyMakesAnswersSlower) {
  // Beyond two calls more width brings no more bodies, only longer waits.
  ModelledHost host({.slower_by_call = milliseconds(400)}, eight_wide(), k_callers);
  host.run(minutes(10));
  EXPECT_LE(host.pace().width(), 4);
  EXPECT_THAT(host.pace().state(), HasSubstr("answers take longer"));
}

TEST(Pace, KeepsToTheRateThatTheUserSet) {
  PaceSettings settings = eight_wide();
  settings.max_rate = 2;
  ModelledHost host({}, settings, k_callers);
  const auto tally = host.run(minutes(10));
  EXPECT_LE(tally.calls, 2 * 600 + 1);
  EXPECT_GE(tally.calls, 2 * 600 - 2);
}

TEST(Pace, NeverExceedsTheWidthThatTheUserSet) {
  ModelledHost host({}, {.width = {.most = 3}}, k_callers);
  host.run(minutes(1));
  EXPECT_EQ(host.pace().width(), 3);
  const auto tally = host.run(minutes(10));
  EXPECT_LE(static_cast<double>(tally.bodies), best(3, minutes(10)) + 3);
}

TEST(Pace, BeginsNothingWhileTheTimetableSaysPause) {
  PaceSettings settings = eight_wide();
  // The model's first hours, on whatever wall clock this machine has.
  const auto from = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};
  for (int minute = 0; minute < Timetable::k_minutes_a_week; ++minute) {
    settings.bandwidth.set(minute, Timetable::k_no_limit);
  }
  const std::time_t seconds_of = std::chrono::system_clock::to_time_t(from + hours(1));
  std::tm parts{};
  ::localtime_r(&seconds_of, &parts);
  const int pause = parts.tm_wday * Timetable::k_minutes_a_day + parts.tm_hour * 60 + parts.tm_min;
  for (int minute = pause; minute < pause + 60; ++minute) {
    settings.bandwidth.set(minute % Timetable::k_minutes_a_week, Timetable::k_pause);
  }
  ModelledHost host({}, settings, k_callers);
  EXPECT_GT(host.run(minutes(60)).bodies, 100);
  EXPECT_LE(host.run(minutes(60)).calls, k_callers);
  EXPECT_THAT(host.pace().state(), HasSubstr("timetable"));
  host.run(minutes(2));
  EXPECT_GT(host.run(minutes(10)).bodies, 100);
}

TEST(Pace, CarriesBytesAtTheRateOfTheHour) {
  PaceSettings settings = eight_wide();
  settings.bandwidth.set(0, 1'000'000);
  Pace pace(settings, {});
  milliseconds waited{0};
  Pace::Moment now{};
  for (int piece = 0; piece < 100; ++piece) {
    const auto wait = pace.carry(100'000, now);
    now.time += wait;
    waited += wait;
  }
  EXPECT_EQ(waited, seconds(10));
}

TEST(Pace, SaysWhatItDoesAndWhy) {
  ModelledHost host(
      {.outage = [](seconds at) { return at >= minutes(1); }}, eight_wide(), k_callers);
  host.run(seconds(50));
  EXPECT_EQ(host.pace().state(), "width 8 of 8");
  EXPECT_FALSE(host.pace().is_troubled());
  host.run(minutes(5));
  EXPECT_THAT(host.pace().state(),
              testing::MatchesRegex("width 0 of 8: 502 at ..:..:.., next try in [0-9]+ s"));
  EXPECT_TRUE(host.pace().is_troubled());
}

// Whatever the share of calls that fail, no more than a tenth of them (and a hundred) are sent
// again without a wait of the breaker's.
TEST(Pace, RepeatsNoMoreThanATenth) {
  Breaker breaker({.opens_after = 1000});
  Breaker::Time now{};
  int opened = 0;
  for (int call = 0; call < 10'000; ++call) {
    now += seconds(1);
    if (call % 3 == 0) {
      if (breaker.note_sign(Breaker::Kind::light, {}, now, now)) {
        ++opened;
        breaker.close();
      }
    } else {
      breaker.note_success(Breaker::Kind::light);
    }
  }
  EXPECT_NEAR(3333 - opened, 100 + 10'000 / 10, 400);
}

}  // namespace
}  // namespace fmferry::test
