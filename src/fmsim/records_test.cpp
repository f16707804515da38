// SPDX-License-Identifier: Apache-2.0
#include <fmsim/records.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace fmsim {
namespace {

class RecordsTest : public testing::Test {
 protected:
  RecordsTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("fmsim-records-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }

  ~RecordsTest() override { std::filesystem::remove_all(folder_); }

  Journal journal(const std::string& clinic = "{\"seed\":1}", bool fresh = false) {
    return {folder_.string(), clinic, fresh};
  }

  static std::string stamp_of(const Records& records, std::uint64_t slot) {
    return records.value(TableId::images, slot, image_field::exported);
  }

  std::filesystem::path folder_;
  Pool pool_ = Pool::made();
  Clinic clinic_{1, 100, pool_};
};

TEST_F(RecordsTest, EditsSurviveARestart) {
  {
    Journal first = journal();
    Records records(clinic_, first);
    records.edit(TableId::images, 101, {{image_field::exported, "2025-03-05 09:03:07"}}, {});
    records.append();
    records.remove(TableId::images, 102);
    records.upload(101, 4, {"a.png", "image/png", std::make_shared<const std::string>("bytes")});
  }
  Journal second = journal();
  const Records records(clinic_, second);
  EXPECT_EQ(stamp_of(records, 0), "2025-03-05 09:03:07");
  EXPECT_EQ(records.mod_id(TableId::images, 0), clinic_.mod_id(0) + 2);
  EXPECT_EQ(records.count(TableId::images), 100U);
  EXPECT_EQ(records.slot_of(TableId::images, 102), std::nullopt);
  EXPECT_EQ(records.picture(0, 4)->copy(), "bytes");
}

TEST_F(RecordsTest, ALineCutOffByACrashIsDropped) {
  {
    Journal first = journal();
    Records records(clinic_, first);
    records.edit(TableId::images, 101, {{image_field::best, "image_Full"}}, {});
  }
  std::ofstream(folder_ / "edits.jsonl", std::ios::app) << R"({"what":"edit","ta)";
  {
    Journal second = journal();
    Records records(clinic_, second);
    EXPECT_EQ(records.value(TableId::images, 0, image_field::best), "image_Full");
    records.edit(TableId::images, 101, {{image_field::best, "image_large"}}, {});
  }
  Journal third = journal();
  const Records records(clinic_, third);
  EXPECT_EQ(records.value(TableId::images, 0, image_field::best), "image_large");
}

TEST_F(RecordsTest, AnotherClinicsEditsAreRefusedUnlessDropped) {
  { const Journal first = journal(); }
  EXPECT_THROW(journal("{\"seed\":2}"), std::runtime_error);
  EXPECT_NO_THROW(journal("{\"seed\":2}", true));
}

TEST_F(RecordsTest, PositionsSkipDeletedRecords) {
  Journal none;
  Records records(clinic_, none);
  records.remove(TableId::images, clinic_.record_id(0));
  records.remove(TableId::images, clinic_.record_id(3));
  std::vector<std::uint64_t> slots;
  records.walk(TableId::images, 1, [&](std::uint64_t slot) {
    slots.push_back(slot);
    return slots.size() < 3;
  });
  EXPECT_THAT(slots, testing::ElementsAre(2, 4, 5));
  EXPECT_EQ(records.record_at(0), clinic_.record_id(1));
  EXPECT_EQ(records.record_at(98), std::nullopt);
}

TEST_F(RecordsTest, ADuplicateHasTheSamePictures) {
  Journal none;
  Records records(clinic_, none);
  const WriteResult made = records.duplicate(TableId::images, 101);
  ASSERT_EQ(made.code, 0);
  const auto slot = records.slot_of(TableId::images, made.record_id);
  ASSERT_TRUE(slot.has_value());
  EXPECT_EQ(records.picture(*slot, 0)->sha256(), records.picture(0, 0)->sha256());
  EXPECT_EQ(records.value(TableId::images, *slot, image_field::id), clinic_.id(0));
}

}  // namespace
}  // namespace fmsim
