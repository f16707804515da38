// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/read_back.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/encoding.hpp>

namespace fmferry::test {
namespace {

const std::string k_large = "JPG " + std::string(300, 'x') + ".";  // goes by parts

// The first calls of this operation that `error` comes from.
FaultRule first_calls(std::string operation, int calls, Fault fault) {
  return [operation = std::move(operation), left = calls, fault = std::move(fault)](
             std::string_view what, const std::string&) mutable -> std::optional<Fault> {
    if (what != operation || left-- <= 0) return std::nullopt;
    return fault;
  };
}

struct Row {
  std::string operation;
  Fault fault;
};

const Error k_lost{.kind = ErrorKind::in_doubt, .what = "no reply came"};
const Error k_busy{.kind = ErrorKind::throttled, .what = "slow down", .origin_code = 503};

class AStoreInTrouble : public testing::TestWithParam<Row> {};

TEST_P(AStoreInTrouble, CostsNoRecordATry) {
  World world;
  const auto small = world.add({{"Full", k_good}});
  const auto large = world.add({{"Full", k_large}});
  world.store_rule = first_calls(GetParam().operation, 2, GetParam().fault);
  const Status status = world.run();
  ASSERT_TRUE(status) << to_line(status.error());
  for (const auto id : {small, large}) {
    EXPECT_EQ(world.row(id).fate, Fate::moved);
    EXPECT_EQ(world.row(id).tries, 0);
  }
  EXPECT_EQ(world.stored("images/id-" + std::to_string(large) + ".jpg"), k_large);
}

INSTANTIATE_TEST_SUITE_P(All,
                         AStoreInTrouble,
                         testing::Values(Row{"put", {.error = k_lost}},
                                         Row{"put", {.error = k_lost, .takes_effect = true}},
                                         Row{"put", {.error = k_busy}},
                                         Row{"begin", {.error = k_busy}},
                                         Row{"write", {.error = k_lost}},
                                         Row{"write", {.error = k_busy}},
                                         Row{"finish", {.error = k_lost}},
                                         Row{"finish", {.error = k_lost, .takes_effect = true}},
                                         Row{"finish", {.error = k_busy}}),
                         [](const testing::TestParamInfo<Row>& row) {
                           return row.param.operation +
                                  std::string(name_of(row.param.fault.error.kind)) +
                                  std::to_string(row.index);
                         });

TEST(AStoreAtTheStart, IsWaitedForWhenItOnlyCantNow) {
  World world;
  world.store_rule = first_calls("probe", 6, {.error = k_busy});
  const Status status = world.job().store.probe({});
  EXPECT_TRUE(status) << to_line(status.error());
  EXPECT_GT(world.clock->sleeps(), 0);
}

TEST(AStoreAtTheStart, IsAskedAgainWhenItsReplyIsLost) {
  World world;
  world.store_rule = first_calls("probe", 2, {.error = k_lost, .takes_effect = true});
  EXPECT_TRUE(world.job().store.probe({}));
  EXPECT_EQ(world.clock->sleeps(), 0);
}

TEST(AStoreAtTheStart, ThatNobodyAnswersForIsSaidAtOnce) {
  World world;
  world.store_rule =
      first_calls("probe",
                  1000,
                  {.error = {.kind = ErrorKind::unavailable, .what = "refused", .origin_code = 7}});
  EXPECT_EQ(World::outcome(world.job().store.probe({})), "unavailable");
  EXPECT_EQ(world.clock->sleeps(), 0);
}

TEST(AStoreThatIsRead, IsAskedAgainForWhatWasCutOff) {
  World world;
  const auto id = world.add({{"Full", k_good}});
  ASSERT_TRUE(world.run());
  const Error cut{.kind = ErrorKind::corrupt, .what = "the body ended before its announced length"};
  const std::string key = "images/id-" + std::to_string(id) + ".jpg";

  world.store_rule = first_calls("list", 2, {.error = cut});
  EXPECT_TRUE(world.job().store.list("images/", "", {}));

  world.store_rule = first_calls("get", 2, {.error = cut, .cut_after = 3});
  const auto digests = digests_in_store(world.job().store, key, {});
  ASSERT_TRUE(digests) << to_line(digests.error());
  EXPECT_EQ(to_hex(digests->sha256), to_hex(sha256(k_good))) << "each reading begins anew";

  world.store_rule = first_calls("get", 1000, {.error = cut});
  const auto never = digests_in_store(world.job().store, key, {});
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().kind, ErrorKind::corrupt);
}

}  // namespace
}  // namespace fmferry::test
