// SPDX-License-Identifier: Apache-2.0
#include "every_fate.hpp"
#include <fmferry/engine/backup_first_source.hpp>
#include <fmferry/engine/pipeline.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// The world's source is the server.
class BackupFirst : public testing::Test {
 protected:
  BackupFirst() {
    world_.source_rule = [this](std::string_view what,
                                const std::string& on) -> std::optional<Fault> {
      if (what == "fetch") from_server_.push_back(on);
      return std::nullopt;
    };
  }

  // What the server has now is in the backup.
  void back_up() {
    for (const auto& row : world_.source.rows()) backup_.add(row.record);
  }

  void run_ok() {
    const Job server = world_.job();
    source_ = std::make_unique<BackupFirstSource>(server.source, faulty_backup_, "id");
    const Status status = world_.run(with_source(server, *source_));
    ASSERT_TRUE(status) << to_line(status.error());
    EXPECT_TRUE(adds_up(world_.counts()));
  }

  static MemorySourceOptions file(bool verified) {
    return {.containers = {"Full", "Large", "Thumb"},
            .write_back = false,
            .settled = true,
            .verified = verified,
            .slice = 7};
  }

  World world_;
  MemorySource backup_{file(true)};
  FaultRule backup_rule_{};
  FaultySource faulty_backup_{backup_, [this](std::string_view what, const std::string& on) {
                                return backup_rule_ ? backup_rule_(what, on) : std::nullopt;
                              }};
  std::vector<std::string> from_server_;
  std::unique_ptr<BackupFirstSource> source_;
};

TEST_F(BackupFirst, WhatIsTheSameInBothNeverComesFromTheServer) {
  for (int i = 0; i < 20; ++i) world_.add({{"Full", "JPG " + std::to_string(i) + "."}});
  back_up();
  run_ok();
  EXPECT_THAT(from_server_, IsEmpty());
  EXPECT_EQ(world_.counts().stamped, 20) << "on the server";
  EXPECT_EQ(world_.field(7, "mark"), "Full");
  EXPECT_EQ(backup_.row(7).mod_id, 1);
  EXPECT_EQ(source_->tally().backup, 20);
  EXPECT_EQ(source_->tally().server, 0);
  EXPECT_EQ(source_->identity(), world_.source.identity());
  EXPECT_TRUE(source_->capabilities().write_back);
  EXPECT_FALSE(source_->capabilities().settled);
}

TEST_F(BackupFirst, WhatChangedOrCameSinceComesFromTheServer) {
  for (int i = 0; i < 3; ++i) world_.add({{"Full", "JPG old."}});
  back_up();
  world_.source.edit(2, [](MemoryRecord& record) { record.bodies["Full"] = "JPG new."; });
  world_.add({{"Full", "JPG added."}});
  run_ok();
  EXPECT_THAT(from_server_, UnorderedElementsAre("2/Full", "4/Full"));
  EXPECT_EQ(world_.stored("images/id-1.jpg"), "JPG old.");
  EXPECT_EQ(world_.stored("images/id-2.jpg"), "JPG new.");
  EXPECT_EQ(world_.stored("images/id-4.jpg"), "JPG added.");
  EXPECT_EQ(source_->tally().backup, 2);
  EXPECT_EQ(source_->tally().server, 2);
}

TEST_F(BackupFirst, AContainerThatTheBackupCanNotGiveComesFromTheServer) {
  world_.add({{"Full", k_good}});
  backup_.add({.fields = {{"id", "id-1"}}, .unreachable = {"Full"}});
  run_ok();
  EXPECT_THAT(from_server_, ElementsAre("1/Full"));
  EXPECT_EQ(world_.row(1).fate, Fate::moved);
}

TEST_F(BackupFirst, AnotherTableWithTheSameNumbersIsNotBelieved) {
  world_.add({{"Full", k_good}});
  backup_.add({.fields = {{"id", "somebody else"}}, .bodies = {{"Full", "JPG other."}}});
  run_ok();
  EXPECT_EQ(world_.stored("images/id-1.jpg"), k_good);
}

class FailingBackup : public BackupFirst,
                      public testing::WithParamInterface<std::optional<std::size_t>> {};

TEST_P(FailingBackup, IsAskedOnceAndCostsNoTry) {
  const std::string large = "JPG " + std::string(300, 'x') + ".";
  const auto id = world_.add({{"Full", large}});
  back_up();
  int asked = 0;
  backup_rule_ = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "fetch") return std::nullopt;
    ++asked;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "checksum"},
                 .cut_after = GetParam()};
  };
  run_ok();
  EXPECT_EQ(asked, 1);
  EXPECT_THAT(from_server_, ElementsAre("1/Full"));
  EXPECT_EQ(world_.row(id).fate, Fate::moved);
  EXPECT_EQ(world_.row(id).tries, 0);
  EXPECT_EQ(world_.stored("images/id-1.jpg"), large);
  EXPECT_EQ(source_->tally().failed, 1);
  EXPECT_EQ(source_->tally().server, 1);
}

INSTANTIATE_TEST_SUITE_P(After,
                         FailingBackup,
                         testing::Values(std::optional<std::size_t>(), 0U, 7U, 200U),
                         [](const testing::TestParamInfo<std::optional<std::size_t>>& row) {
                           return row.param ? "Bytes" + std::to_string(*row.param) : "Nothing";
                         });

TEST_F(BackupFirst, ABackupThatCanNotReadARecordIsNoFault) {
  world_.add({{"Full", k_good}});
  back_up();
  backup_rule_ = [](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "read") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::internal, .what = "input/output error"}};
  };
  run_ok();
  EXPECT_EQ(world_.row(1).fate, Fate::moved);
  EXPECT_EQ(source_->tally().failed, 1);
}

TEST_F(BackupFirst, AStoreThatRefusesPartsIsNotTheBackupsFault) {
  world_.add({{"Full", "JPG " + std::string(300, 'x') + "."}});
  back_up();
  int refusals = 2;
  world_.store_rule = [&](std::string_view what, const std::string&) -> std::optional<Fault> {
    if (what != "write" || refusals-- <= 0) return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::corrupt, .what = "no"}};
  };
  run_ok();
  EXPECT_THAT(from_server_, IsEmpty());
  EXPECT_EQ(source_->tally().failed, 0);
}

TEST_F(BackupFirst, WhatTheBackupDoesNotVouchForIsComparedWithTheServer) {
  MemorySource unproven(file(false));
  world_.add({{"Full", k_good}});
  for (const auto& row : world_.source.rows()) {
    MemoryRecord cut = row.record;
    cut.bodies["Full"] = k_good.substr(0, 9);
    unproven.add(cut);
  }
  const Job server = world_.job();
  BackupFirstSource source(server.source, unproven, "id");
  const Job job{.settings = server.settings,
                .source = source,
                .store = server.store,
                .ledger = server.ledger,
                .catalogue = nullptr,
                .inspectors = server.inspectors,
                .clock = server.clock,
                .progress = server.progress};
  ASSERT_TRUE(world_.run(job));
  EXPECT_EQ(world_.stored("images/id-1.jpg"), k_good);
  EXPECT_THAT(from_server_, ElementsAre("1/Full"));
}

TEST_F(BackupFirst, TheEndIsTheSameAsFromTheServerAlone) {
  World alone;
  fill_with_every_fate(alone);
  ASSERT_TRUE(alone.run());
  fill_with_every_fate(world_);
  back_up();
  // What `edit` did before the backup was made counts in both.
  for (const auto& row : world_.source.rows()) {
    for (auto mod = row.mod_id; mod > 1; --mod) backup_.edit(row.record_id, [](MemoryRecord&) {});
  }
  run_ok();
  EXPECT_EQ(state_of(world_), state_of(alone));
  EXPECT_THAT(from_server_, IsEmpty());
}

}  // namespace
}  // namespace fmferry::test
