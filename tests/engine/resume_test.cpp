// SPDX-License-Identifier: Apache-2.0
#include "every_fate.hpp"
#include <fmferry/engine/pipeline.hpp>

namespace fmferry::test {
namespace {

std::string undisturbed() {
  World world;
  fill_with_every_fate(world);
  const Status status = world.run();
  EXPECT_TRUE(status) << to_line(status.error());
  EXPECT_TRUE(adds_up(world.counts()));
  return state_of(world);
}

// After the Nth call everything fails for good, as if the process had been killed; `takes_effect`:
// the last call was carried out and only its answer is lost.
void cut_off_after(World& world, int calls, bool takes_effect) {
  const auto left = std::make_shared<std::atomic<int>>(calls);
  const auto rule = [left, takes_effect](std::string_view,
                                         const std::string&) -> std::optional<Fault> {
    const int now = (*left)--;
    if (now > 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::internal, .what = "killed"},
                 .takes_effect = takes_effect && now == 0};
  };
  world.source_rule = rule;
  world.store_rule = rule;
}

class Resume : public testing::TestWithParam<bool> {};

TEST_P(Resume, ARunCutOffAnywhereEndsLikeAnUndisturbedOne) {
  const std::string expected = undisturbed();
  int cut = 0;
  for (int calls = 1; calls <= 200; ++calls) {
    World world;
    fill_with_every_fate(world);
    cut_off_after(world, calls, GetParam());
    cut += world.run() ? 0 : 1;
    world.source_rule = {};
    world.store_rule = {};
    world.reopen_ledger();
    const Status status = world.run();
    ASSERT_TRUE(status) << "cut off after " << calls << ": " << to_line(status.error());
    ASSERT_EQ(state_of(world), expected) << "cut off after " << calls;
    const auto check = check_ledger(world.folder / "fmferry.db");
    ASSERT_TRUE(check) << to_line(check.error());
    ASSERT_EQ(check->finding, "") << "cut off after " << calls;
  }
  EXPECT_GT(cut, 30) << "or this test cuts nothing";
}

INSTANTIATE_TEST_SUITE_P(LastCall,
                         Resume,
                         testing::Bool(),
                         [](const testing::TestParamInfo<bool>& row) {
                           return std::string(row.param ? "TakesEffect" : "Fails");
                         });

TEST(ResumeTwice, ASecondRunOverAFinishedOneChangesNothing) {
  World world;
  fill_with_every_fate(world);
  ASSERT_TRUE(world.run());
  const auto before = state_of(world);
  const auto mods = world.source.rows().front().mod_id;
  ASSERT_TRUE(world.run());
  EXPECT_EQ(state_of(world), before);
  EXPECT_EQ(world.source.rows().front().mod_id, mods) << "the source was written to again";
}

}  // namespace
}  // namespace fmferry::test
