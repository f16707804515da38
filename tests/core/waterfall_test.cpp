// SPDX-License-Identifier: Apache-2.0
#include <fmferry/core/fate.hpp>
#include <fmferry/core/waterfall.hpp>
#include <fmferry/foundation/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace fmferry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> k_order{"Full", "Large", "Thumb"};

Record record_with(ContainerState full, ContainerState large, ContainerState thumb) {
  return {.record_id = 1,
          .containers = {{.field = "Full", .state = full},
                         {.field = "Large", .state = large},
                         {.field = "Thumb", .state = thumb}}};
}

std::vector<std::string> names(const Record& record) {
  std::vector<std::string> found;
  for (const auto* container : candidates(record, k_order)) found.push_back(container->field);
  return found;
}

constexpr auto k_empty = ContainerState::empty;
constexpr auto k_filled = ContainerState::filled;
constexpr auto k_unreachable = ContainerState::unreachable;

TEST(Waterfall, TakesTheFilledOnesInTheOrderOfTheRule) {
  EXPECT_THAT(names(record_with(k_filled, k_empty, k_filled)), ElementsAre("Full", "Thumb"));
  EXPECT_THAT(names(record_with(k_unreachable, k_filled, k_empty)), ElementsAre("Large"));
  EXPECT_THAT(names(record_with(k_empty, k_empty, k_unreachable)), IsEmpty());
}

TEST(Waterfall, DoesNotDependOnTheRecordsOrder) {
  std::minstd_rand random(3);
  auto record = record_with(k_filled, k_filled, k_filled);
  for (int i = 0; i < 20; ++i) {
    std::ranges::shuffle(record.containers, random);
    EXPECT_THAT(names(record), ElementsAre("Full", "Large", "Thumb"));
  }
}

TEST(Waterfall, IgnoresContainersTheRuleDoesNotName) {
  const auto record = record_with(k_filled, k_unreachable, k_filled);
  EXPECT_THAT(candidates(record, {"Other"}), IsEmpty());
  EXPECT_FALSE(has_unreachable(record, {"Full", "Thumb"}));
  EXPECT_TRUE(has_unreachable(record, k_order));
}

TEST(Fate, NamesGoBothWays) {
  for (const Fate fate : k_fates) EXPECT_EQ(fate_from(name_of(fate)), fate);
  EXPECT_EQ(fate_from("lost"), std::nullopt);
}

TEST(Disposition, AnOutageCostsNothingAndADefectStopsTheRun) {
  EXPECT_EQ(disposition_of({.kind = ErrorKind::unavailable}), Disposition::wait_and_retry);
  EXPECT_EQ(disposition_of({.kind = ErrorKind::corrupt}), Disposition::retry);
  EXPECT_EQ(disposition_of({.kind = ErrorKind::not_found}), Disposition::give_up_item);
  EXPECT_EQ(disposition_of({.kind = ErrorKind::internal}), Disposition::stop_run);
}

TEST(ErrorLine, IsOneLineWithItsSubjectOnce) {
  const auto error = Error{.what = "reset\nby peer", .where = "image_Full"}.at("fetch record 4711");
  EXPECT_EQ(to_line(error), "fetch record 4711: image_Full: reset by peer");
}

}  // namespace
}  // namespace fmferry
