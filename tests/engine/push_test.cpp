// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"
#include <fmferry/engine/pipeline.hpp>
#include <fmferry/engine/push.hpp>

#include <gmock/gmock.h>

namespace fmferry::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A closed file, the server that it is a copy of, and one ledger.
class Copied {
 public:
  Copied() {
    for (int i = 0; i < 4; ++i) add({{"Full", "JPG number " + std::to_string(i) + "."}});
    add({{"Full", "JPG CUT"}, {"Thumb", "JPG thumb."}});
  }

  void add(const std::map<std::string, std::string, std::less<>>& bodies) {
    file.add(bodies);
    server.add(file.source.rows().back().record);
  }

  Status run_from_file() {
    FMF_TRY(bind(file.source));
    return file.run();
  }

  Status bind(const Source& source) { return file.ledger->bind({.source = source.identity()}); }

  // What the engine does then goes to the server.
  Job job() {
    guarded_ = std::make_unique<GuardedSource>(
        faulty_, PaceSettings{.host = "server"}, *file.clock, nullptr);
    const Job job = file.job();
    return {.settings = job.settings,
            .source = guarded_->top(),
            .store = job.store,
            .ledger = *file.ledger,
            .catalogue = job.catalogue,
            .inspectors = job.inspectors,
            .clock = job.clock,
            .progress = job.progress};
  }

  [[nodiscard]] std::string on_server(RecordId id, const std::string& name) const {
    return server.row(id).record.fields.at(name);
  }

  World file{{.identity = "memory:file",
              .containers = {"Full", "Large", "Thumb"},
              .write_back = false,
              .settled = true,
              .slice = 7}};
  MemorySource server{{.identity = "memory:server", .containers = {"Full", "Large", "Thumb"}}};
  FaultRule rule{};

 private:
  FaultySource faulty_{server, [this](std::string_view what, const std::string& on) {
                         const std::scoped_lock lock(mutex_);
                         return rule ? rule(what, on) : std::nullopt;
                       }};
  std::mutex mutex_;
  std::unique_ptr<GuardedSource> guarded_;
};

class Push : public testing::Test {
 protected:
  void SetUp() override {
    const Status run = copied_.run_from_file();
    ASSERT_TRUE(run) << to_line(run.error());
  }

  PushReport stamps_ok() {
    const auto report = push_stamps(copied_.job(), {});
    EXPECT_TRUE(report) << to_line(report.error());
    return report.value_or(PushReport{});
  }

  PushReport marks_ok() {
    const auto report = push_marks(copied_.job(), {});
    EXPECT_TRUE(report) << to_line(report.error());
    return report.value_or(PushReport{});
  }

  Copied copied_;
};

TEST_F(Push, StampsAndMarksWhatTheFileMovedAndOnlyOnce) {
  EXPECT_EQ(stamps_ok().met, 5);
  for (const auto& row : copied_.server.rows()) {
    EXPECT_EQ(row.record.fields.at("stamp"), "11/22/2026 00:00:00") << row.record_id;
    EXPECT_EQ(row.record.fields.at("mark"), row.record_id == 5 ? "Thumb" : "Full");
    EXPECT_EQ(row.mod_id, 2);
    EXPECT_EQ(copied_.file.row(row.record_id).seen.mod_id, 2);
  }
  EXPECT_EQ(copied_.file.counts().stamped, 5);
  stamps_ok();
  EXPECT_EQ(copied_.server.row(1).mod_id, 2);
  EXPECT_EQ(check_ledger(copied_.file.folder / "fmferry.db")->finding, "");
}

TEST_F(Push, ARecordEditedSinceBeginsAnewAndComesFromTheServer) {
  copied_.server.edit(2, [](MemoryRecord& record) { record.bodies["Full"] = "JPG a new one."; });
  const std::string image = copied_.file.row(2).image_id;
  stamps_ok();
  EXPECT_EQ(copied_.file.row(2).fate, Fate::pending);
  EXPECT_EQ(copied_.on_server(2, "stamp"), "");
  EXPECT_EQ(copied_.file.counts().stamped, 4);

  ASSERT_TRUE(copied_.bind(copied_.server)) << "the server is the same table, as was found";
  std::vector<std::string> fetched;
  copied_.rule = [&](std::string_view what, const std::string& on) -> std::optional<Fault> {
    if (what == "fetch") fetched.push_back(on);
    return std::nullopt;
  };
  ASSERT_TRUE(copied_.file.run(copied_.job()));
  EXPECT_THAT(fetched, testing::ElementsAre("2/Full"));
  EXPECT_EQ(copied_.file.stored("images/id-2.jpg"), "JPG a new one.");
  EXPECT_NE(copied_.on_server(2, "stamp"), "");
  EXPECT_EQ(copied_.file.row(2).image_id, image);
  EXPECT_EQ(copied_.file.counts().stamped, 5);
  EXPECT_FALSE(needs_attention(copied_.file.counts()));
}

TEST_F(Push, AnotherSourceIsRefusedUntilAPushCameToItsEnd) {
  const Status bound = copied_.bind(copied_.server);
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().kind, ErrorKind::invalid);
  copied_.rule = [](std::string_view what, const std::string& on) -> std::optional<Fault> {
    if (what != "write" || on != "3") return std::nullopt;
    return Fault{.error = {.kind = ErrorKind::denied, .what = "no"}};
  };
  EXPECT_FALSE(push_stamps(copied_.job(), {}));
  EXPECT_FALSE(copied_.bind(copied_.server));
  copied_.rule = {};
  stamps_ok();
  EXPECT_TRUE(copied_.bind(copied_.server));
  EXPECT_TRUE(copied_.bind(copied_.file.source));
}

// The record had been stamped and marked long ago, so that one edit makes it look as if we had.
TEST_F(Push, AnEarlierStampIsNotTakenForOurs) {
  const auto before = [](MemoryRecord& record) {
    record.fields["stamp"] = "01/02/2019 10:00:00";
    record.fields["mark"] = "Full";
  };
  Copied other;
  for (MemorySource* source : {&other.file.source, &other.server}) source->edit(1, before);
  ASSERT_TRUE(other.run_from_file());
  other.server.edit(1, [](MemoryRecord& record) { record.bodies["Full"] = "JPG a new one."; });
  ASSERT_TRUE(push_stamps(other.job(), {}));
  EXPECT_EQ(other.file.row(1).fate, Fate::pending);
  EXPECT_EQ(other.on_server(1, "stamp"), "01/02/2019 10:00:00");
}

TEST_F(Push, AnotherTableIsNotWrittenTo) {
  for (const auto& row : copied_.server.rows()) {
    copied_.server.remove(row.record_id);
  }
  MemorySource other({.identity = "memory:other", .containers = {"Full"}});
  for (int i = 0; i < 5; ++i) {
    other.add({.fields = {{"id", "x-" + std::to_string(i)}, {"mark", ""}, {"stamp", ""}}});
  }
  Job job = copied_.job();
  const Job wrong{.settings = job.settings,
                  .source = other,
                  .store = job.store,
                  .ledger = job.ledger,
                  .catalogue = nullptr,
                  .inspectors = job.inspectors,
                  .clock = job.clock,
                  .progress = job.progress};
  for (const auto& push : {push_stamps, push_marks}) {
    const auto report = push(wrong, {});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::invalid);
    EXPECT_THAT(report.error().what, HasSubstr("not the table"));
    EXPECT_THAT(report.error().what, Not(HasSubstr("id-")));
  }
  for (const auto& row : other.rows()) EXPECT_EQ(row.mod_id, 1);
  EXPECT_EQ(copied_.file.counts().fates.at(Fate::moved), 5);
  EXPECT_EQ(copied_.file.ledger->kept(Fact::pushed_to).value_or("?"), "");
}

TEST_F(Push, ARecordWithANewIdIsLeftToTheNextWalk) {
  copied_.server.edit(3, [](MemoryRecord& record) { record.fields["id"] = "id-new"; });
  EXPECT_EQ(stamps_ok().left, 1);
  EXPECT_EQ(copied_.file.row(3).fate, Fate::moved);
  EXPECT_EQ(copied_.on_server(3, "stamp"), "");
}

TEST_F(Push, ARecordThatLeftIsNoted) {
  copied_.server.remove(4);
  stamps_ok();
  EXPECT_EQ(copied_.file.row(4).stamp_problem, "vanished");
  EXPECT_EQ(copied_.file.counts().stamped, 4);
}

TEST_F(Push, MarksAloneThenStamps) {
  Copied chosen;
  ASSERT_TRUE(chosen.bind(chosen.file.source));
  ASSERT_TRUE(pursue(chosen.file.job(), Goal::mark, {}));
  EXPECT_EQ(push_marks(chosen.job(), {})->met, 5);
  EXPECT_EQ(chosen.on_server(5, "mark"), "Full") << "chosen, not tried yet";
  EXPECT_EQ(chosen.on_server(5, "stamp"), "");
  EXPECT_EQ(chosen.file.counts().marked, 5);

  marks_ok();
  EXPECT_EQ(copied_.on_server(5, "mark"), "Thumb") << "moved";
  EXPECT_EQ(copied_.server.row(5).mod_id, 2);
  stamps_ok();
  EXPECT_EQ(copied_.server.row(5).mod_id, 3);
  EXPECT_EQ(copied_.file.counts().stamped, 5);
}

TEST_F(Push, AMovedRecordEditedBeforeItsMarkBeginsAnew) {
  copied_.server.edit(2, [](MemoryRecord& record) { record.bodies["Full"] = "JPG a new one."; });
  marks_ok();
  EXPECT_EQ(copied_.file.row(2).fate, Fate::pending);
  EXPECT_EQ(copied_.on_server(2, "mark"), "");
}

TEST_F(Push, TheLimitIsKept) {
  copied_.file.settings.limit = 2;
  stamps_ok();
  EXPECT_EQ(copied_.file.counts().stamped, 2);
}

TEST_F(Push, ASourceThatTakesNothingBackIsRefused) {
  const auto report = push_stamps(copied_.file.job(), {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().kind, ErrorKind::invalid);
}

class CutOffPush : public testing::TestWithParam<bool> {};

// After the Nth call the server is gone for good; the last one may have taken effect.
TEST_P(CutOffPush, EndsLikeAnUndisturbedOne) {
  int cut = 0;
  for (int calls = 1; calls <= 25; ++calls) {
    Copied copied;
    ASSERT_TRUE(copied.run_from_file());
    copied.file.settings.width = 2;
    copied.rule = [left = calls](std::string_view,
                                 const std::string&) mutable -> std::optional<Fault> {
      if (--left > 0) return std::nullopt;
      return Fault{.error = {.kind = ErrorKind::internal, .what = "killed"},
                   .takes_effect = GetParam() && left == 0};
    };
    const bool marked = push_marks(copied.job(), {}).has_value();
    const bool stamped = push_stamps(copied.job(), {}).has_value();
    cut += marked && stamped ? 0 : 1;
    copied.rule = {};
    copied.file.reopen_ledger();
    copied.file.clock->sleep_for(std::chrono::hours(1), {});
    ASSERT_TRUE(push_marks(copied.job(), {}));
    ASSERT_TRUE(push_stamps(copied.job(), {}));
    for (const auto& row : copied.server.rows()) {
      ASSERT_EQ(row.mod_id, 3) << "written once each; cut off after " << calls;
      ASSERT_EQ(copied.file.row(row.record_id).fate, Fate::moved);
      ASSERT_EQ(copied.file.row(row.record_id).seen.mod_id, 3);
      ASSERT_NE(row.record.fields.at("stamp"), "");
    }
    ASSERT_EQ(copied.file.counts().stamped, 5);
    ASSERT_EQ(check_ledger(copied.file.folder / "fmferry.db")->finding, "");
  }
  EXPECT_GT(cut, 15) << "or this test cuts nothing";
}

INSTANTIATE_TEST_SUITE_P(LastCall,
                         CutOffPush,
                         testing::Bool(),
                         [](const testing::TestParamInfo<bool>& row) {
                           return std::string(row.param ? "TakesEffect" : "Fails");
                         });

}  // namespace
}  // namespace fmferry::test
