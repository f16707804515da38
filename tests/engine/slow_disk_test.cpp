// SPDX-License-Identifier: Apache-2.0
#include "support/slow_disk.hpp"

#include "engine_fixture.hpp"

namespace fmferry::test {
namespace {

using testing_support::SlowDisk;

TEST(ALedgerOnASlowDisk, EndsLikeAnyOtherAndSharesItsCommits) {
  const SlowDisk disk(std::chrono::milliseconds(4));
  World world;
  world.settings.width = 8;
  world.settings.store_width = 8;
  constexpr int k_records = 80;
  for (int i = 0; i < k_records; ++i) world.add({{"Full", "JPG " + std::to_string(i) + "."}});
  const Status status = world.run();
  ASSERT_TRUE(status) << to_line(status.error());
  EXPECT_EQ(world.counts().fates.at(Fate::moved), k_records);
  EXPECT_EQ(world.store.objects().size(), static_cast<std::size_t>(k_records));
  for (const auto& row : world.rows()) EXPECT_NE(row.stamped_at, "");
  const auto syncs = SlowDisk::syncs();
  RecordProperty("syncs", static_cast<int>(syncs));
  // Two steps a record are written by eight threads; one after the other they would be 160.
  EXPECT_LT(syncs, k_records);
  EXPECT_GT(syncs, 10) << "or the disk was not slow";
  world.ledger.reset();
  const auto check = check_ledger(world.folder / "fmferry.db");
  ASSERT_TRUE(check) << to_line(check.error());
  EXPECT_EQ(check->finding, "");
}

}  // namespace
}  // namespace fmferry::test
