// SPDX-License-Identifier: Apache-2.0
#include "every_fate.hpp"
#include <fmferry/core/dates.hpp>

#include <array>
#include <set>

namespace fmferry::test {
namespace {

using namespace std::chrono_literals;

// Before each call somebody sets the wall clock, by days and back again; a year has no part of it.
FaultRule setting_the_clock(World& world, FaultRule then = {}) {
  const auto calls = std::make_shared<std::size_t>(0);
  return [&world, calls, then = std::move(then)](std::string_view what, const std::string& on) {
    constexpr std::array k_spans{std::chrono::hours(-200), std::chrono::hours(73), 0h, 127h};
    world.clock->set_by(k_spans.at((*calls)++ % k_spans.size()));
    return then ? then(what, on) : std::optional<Fault>{};
  };
}

void expect_sound_ledger(World& world) {
  const auto check = check_ledger(world.folder / "fmferry.db");
  ASSERT_TRUE(check) << to_line(check.error());
  EXPECT_EQ(check->finding, "");
}

TEST(AClockThatIsSet, ChangesNothingAboutTheEnd) {
  World calm;
  fill_with_every_fate(calm);
  ASSERT_TRUE(calm.run());
  World world;
  fill_with_every_fate(world);
  world.source_rule = setting_the_clock(world);
  world.store_rule = world.source_rule;
  const Status status = world.run();
  ASSERT_TRUE(status) << to_line(status.error());
  EXPECT_EQ(state_of(world), state_of(calm));
  expect_sound_ledger(world);
}

TEST(AClockThatIsSet, LeavesStampAndLedgerWithTheSameTime) {
  World world;
  fill_with_every_fate(world);
  world.source_rule = setting_the_clock(world);
  ASSERT_TRUE(world.run());
  std::set<std::string> days;
  for (const auto& row : world.rows()) {
    if (row.stamped_at.empty()) continue;
    const auto stamp = moment_of(world.field(row.seen.record_id, "stamp"), {.local = false});
    ASSERT_TRUE(stamp);
    EXPECT_EQ(to_iso8601(*stamp), row.stamped_at);
    days.insert(row.stamped_at.substr(0, 10));
  }
  EXPECT_GT(days.size(), 1U) << "or the clock was not set";
}

TEST(AClockThatIsSet, LeavesStampAndLedgerWithTheSameTimeAfterACrash) {
  World world;
  const auto id = world.add({{"Full", k_good}});
  world.source_rule = [](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "write") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::internal, .what = "killed"}, .takes_effect = true};
  };
  ASSERT_FALSE(world.run());
  const auto stamp = moment_of(world.field(id, "stamp"), {.local = false});
  ASSERT_TRUE(stamp);
  world.source_rule = {};
  world.clock->set_by(-50h);
  world.reopen_ledger();
  ASSERT_TRUE(world.run());
  EXPECT_EQ(world.row(id).stamped_at, to_iso8601(*stamp));
}

// However it is set, an outage is waited out as long as the patience says, and no longer.
TEST(AClockThatIsSet, NeitherShortensNorLengthensThePatience) {
  const auto outage_of = [](int calls) {
    return [left = calls](std::string_view, const std::string&) mutable -> std::optional<Fault> {
      if (left-- <= 0) return std::nullopt;
      return Fault{.error = {.kind = ErrorKind::unavailable, .what = "down"}};
    };
  };
  World world;
  const auto id = world.add({{"Full", k_good}});
  world.source_rule = setting_the_clock(world, outage_of(12));
  const Status status = world.run();
  ASSERT_TRUE(status) << to_line(status.error());
  EXPECT_EQ(world.row(id).tries, 0);

  World lost;
  lost.add({{"Full", k_good}});
  lost.source_gate.breaker.patience = 1h;
  lost.source_rule = setting_the_clock(lost, outage_of(1'000'000));
  EXPECT_EQ(World::outcome(lost.run()), "unavailable");
  EXPECT_GE(lost.clock->elapsed(), 30min);
  EXPECT_LE(lost.clock->elapsed(), 2h);
}

}  // namespace
}  // namespace fmferry::test
