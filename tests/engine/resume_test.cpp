// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/pipeline.hpp>

#include <fmt/core.h>

namespace fmferry::test {
namespace {

// A clinic with every fate in it.
void fill(World& world) {
  world.settings.width = 2;
  world.settings.store_width = 2;
  for (int i = 0; i < 8; ++i) world.add({{"Full", "JPG number " + std::to_string(i) + "."}});
  world.add({{"Full", ""}, {"Large", "PNG fallback."}});
  world.add({{"Full", "JPG CUT"}, {"Thumb", "JPG thumb."}});
  world.add({{"Full", "JPG BAD"}});
  world.add({});
  const auto one = world.add({{"Full", k_good}});
  const auto two = world.add({{"Full", k_good}});
  for (const auto id : {one, two}) {
    world.source.edit(id, [](MemoryRecord& record) { record.fields["id"] = "shared"; });
  }
  const auto taken = world.add({{"Full", k_good}});
  world.store.set("images/id-" + std::to_string(taken) + ".jpg", "somebody else's");
  const auto orphan = world.add({{"Full", k_good}});
  world.source.edit(orphan, [](MemoryRecord& record) { record.fields["patient"] = "P9"; });
  world.add({{"Full", "JPG " + std::string(300, 'x') + "."}});
}

// Everything that lasts, without times.
std::string state_of(World& world) {
  std::string state;
  for (const auto& [key, object] : world.store.objects()) {
    state += fmt::format("object {} {} written {}\n", key, object.bytes, object.writes);
  }
  for (const auto& row : world.source.rows()) {
    state += fmt::format("record {} mark '{}' stamped {}\n",
                         row.record_id,
                         row.record.fields.at("mark"),
                         !row.record.fields.at("stamp").empty());
  }
  for (const auto& row : world.rows()) {
    state += fmt::format(
        "row {} {} {} {} mark '{}' key {} stamped {} problem '{}' linked {} '{}' "
        "changed {}\n",
        row.seen.record_id,
        name_of(row.fate),
        row.reason,
        row.choice,
        row.mark,
        row.stored ? row.stored->key : "-",
        !row.stamped_at.empty(),
        row.stamp_problem,
        !row.image_id.empty(),
        row.link_problem,
        row.changed_since);
  }
  for (const auto& [id, image] : world.catalogue.images) {
    state += fmt::format("image {} {} {}\n", id, image.key, image.length);
  }
  return state;
}

std::string undisturbed() {
  World world;
  fill(world);
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
    fill(world);
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
  fill(world);
  ASSERT_TRUE(world.run());
  const auto before = state_of(world);
  const auto mods = world.source.rows().front().mod_id;
  ASSERT_TRUE(world.run());
  EXPECT_EQ(state_of(world), before);
  EXPECT_EQ(world.source.rows().front().mod_id, mods) << "the source was written to again";
}

}  // namespace
}  // namespace fmferry::test
