// SPDX-License-Identifier: Apache-2.0
#include "ledger_fixture.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <atomic>
#include <thread>

namespace fmferry::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using LedgerSteps = LedgerTest;

template <class T>
ErrorKind kind_of(const Result<T>& result) {
  return result ? ErrorKind::internal : result.error().kind;
}

const JobIdentity k_job{
    .source = "filemaker://h/d/l", .store = "s3://b", .key_template = "{id}", .containers = "a,b"};

TEST_F(LedgerSteps, SurviveReopening) {
  ASSERT_TRUE(ledger_->bind(k_job));
  walk({seen(1, "a"), seen(2, "b")});
  record_ok(moved(1, "images/a.jpg"));
  record_ok(stamped(1));
  reopen();
  ASSERT_TRUE(ledger_->bind(k_job));
  const auto one = row(1);
  EXPECT_EQ(one.fate, Fate::moved);
  ASSERT_TRUE(one.stored);
  EXPECT_EQ(one.stored->key, "images/a.jpg");
  EXPECT_EQ(one.stored->sha256, std::string(32, '\x5a'));
  EXPECT_EQ(one.stored->width, 640);
  EXPECT_EQ(one.stored->proof, "checksum");
  EXPECT_EQ(one.stamped_at, "2026-11-22T17:03:45Z");
  EXPECT_EQ(one.seen.parent, "P1");
  EXPECT_EQ(row(2).fate, Fate::pending);
  record_ok(moved(2));
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerSteps, AnotherJobIsRefusedNamingWhatDiffers) {
  ASSERT_TRUE(ledger_->bind(k_job));
  for (const auto member : {&JobIdentity::source,
                            &JobIdentity::store,
                            &JobIdentity::key_template,
                            &JobIdentity::containers}) {
    auto other = k_job;
    other.*member = "elsewhere";
    const auto bound = ledger_->bind(other);
    ASSERT_FALSE(bound);
    EXPECT_EQ(bound.error().kind, ErrorKind::invalid);
    EXPECT_THAT(bound.error().what, HasSubstr(k_job.*member));
    EXPECT_THAT(bound.error().what, HasSubstr("elsewhere"));
  }
  EXPECT_TRUE(ledger_->bind(k_job));
}

TEST_F(LedgerSteps, APartThatIsEmptyBindsNothing) {
  ASSERT_TRUE(ledger_->bind({.store = "s3://b"}));
  EXPECT_EQ(ledger_->kept(Fact::source).value_or("?"), "");
  ASSERT_TRUE(ledger_->bind(k_job));
  auto without = k_job;
  without.source.clear();
  EXPECT_TRUE(ledger_->bind(without));
  EXPECT_EQ(ledger_->kept(Fact::source).value_or("?"), k_job.source);
}

TEST_F(LedgerSteps, TheSourceThatWasPushedToIsTakenAsWell) {
  ASSERT_TRUE(ledger_->bind(k_job));
  ASSERT_TRUE(ledger_->keep(Fact::pushed_to, "filemaker://server"));
  reopen();
  auto other = k_job;
  other.source = "filemaker://server";
  EXPECT_TRUE(ledger_->bind(other));
  EXPECT_TRUE(ledger_->bind(k_job));
  other.source = "filemaker://third";
  EXPECT_FALSE(ledger_->bind(other));
  EXPECT_EQ(ledger_->kept(Fact::source).value_or("?"), k_job.source);
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerSteps, ASecondWriterIsToldThatItIsBusy) {
  EXPECT_EQ(kind_of(SqliteLedger::open(file_, clock_)), ErrorKind::busy);
  ledger_.reset();
  open();
}

TEST_F(LedgerSteps, TheFileIsItsOwnersOnly) {
  struct stat info {};

  for (const auto* suffix : {"", "-wal", ".lock"}) {
    ASSERT_EQ(::stat((file_.string() + suffix).c_str(), &info), 0) << suffix;
    EXPECT_EQ(info.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST_F(LedgerSteps, ReadingNeedsALedger) {
  EXPECT_EQ(kind_of(SqliteLedger::open_read_only(folder_ / "none.db", clock_)),
            ErrorKind::not_found);
}

TEST_F(LedgerSteps, AReaderSeesWhatAWriterCommitsAndWritesNothing) {
  walk({seen(1, "a")});
  const auto reader = SqliteLedger::open_read_only(file_, clock_);
  ASSERT_TRUE(reader) << to_line(reader.error());
  EXPECT_EQ((*reader)->counts()->fates.at(Fate::pending), 1);
  std::jthread writer([this] {
    for (RecordId id = 2; id < 300; ++id) ASSERT_TRUE(ledger_->see(std::vector{seen(id, "x")}));
  });
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE((*reader)->counts());
    EXPECT_TRUE((*reader)->rows(0, 10));
  }
  writer.join();
  EXPECT_EQ((*reader)->counts()->present, 299);
  const auto update = moved(1);
  EXPECT_EQ(kind_of((*reader)->record(std::span(&update, 1))), ErrorKind::denied);
  EXPECT_EQ(kind_of((*reader)->begin_walk()), ErrorKind::denied);
  EXPECT_EQ(kind_of((*reader)->note_run("x")), ErrorKind::denied);
  EXPECT_EQ(row(1).fate, Fate::pending);
}

TEST_F(LedgerSteps, EachPhaseIsDueWhenItShouldBe) {
  auto marked = seen(3, "c");
  marked.mark = "image_Full";
  auto empty = seen(4, "d");
  empty.choice = "";
  empty.fate = Fate::empty;
  empty.reason = "no_data";
  walk({seen(1, "a"), seen(2, "b"), marked, empty, seen(5, "e"), seen(6, "f")});
  EXPECT_THAT(due(Phase::mark), ElementsAre(1, 2, 5, 6));
  EXPECT_THAT(due(Phase::move), ElementsAre(1, 2, 3, 5, 6));
  EXPECT_THAT(due(Phase::stamp), IsEmpty());

  for (const RecordId id : {1, 2, 3}) record_ok(moved(id));
  EXPECT_THAT(due(Phase::stamp), ElementsAre(1, 2, 3));
  EXPECT_THAT(due(Phase::remark), ElementsAre(1, 2));
  EXPECT_THAT(due(Phase::link), ElementsAre(1, 2, 3));
  record_ok({.record_id = 1, .step = Step::marked, .mark = "image_Full"});
  record_ok(stamped(1));
  record_ok({.record_id = 2, .stamp_problem = "write_refused"});
  EXPECT_THAT(due(Phase::stamp), ElementsAre(3));
  EXPECT_THAT(due(Phase::remark), IsEmpty());
  record_ok({.record_id = 1, .step = Step::linked, .image_id = "u-1"});
  record_ok({.record_id = 2, .link_problem = "no_parent"});
  EXPECT_THAT(due(Phase::link), ElementsAre(3));
  ASSERT_TRUE(ledger_->clear_problems());
  EXPECT_THAT(due(Phase::stamp), ElementsAre(2, 3));
  EXPECT_THAT(due(Phase::link), ElementsAre(2, 3));

  record_ok({.record_id = 5, .fate = Fate::corrupt, .reason = "truncated", .mark = "image_Full"});
  record_ok({.record_id = 6, .fate = Fate::empty, .reason = "zero_bytes", .mark = "image_Full"});
  EXPECT_THAT(due(Phase::remark), ElementsAre(2, 5, 6));
  EXPECT_THAT(due(Phase::move), IsEmpty());
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerSteps, WhatIsGoneIsNotDue) {
  walk({seen(1, "a"), seen(2, "b")});
  walk({seen(2, "b")});
  EXPECT_THAT(due(Phase::move), ElementsAre(2));
}

TEST_F(LedgerSteps, DueWorkComesInPages) {
  walk({seen(1, "a"), seen(2, "b"), seen(3, "c")});
  const auto page = ledger_->due(Phase::move, 1, 1);
  ASSERT_TRUE(page);
  ASSERT_EQ(page->size(), 1U);
  EXPECT_EQ(page->front().seen.record_id, 2);
}

TEST_F(LedgerSteps, CountsAddUp) {
  auto refused = seen(4, "d");
  refused.fate = Fate::refused;
  refused.reason = "unreachable";
  walk({seen(1, "a"), seen(2, "b"), seen(3, "b"), refused});
  record_ok(moved(1));
  record_ok(stamped(1));
  const auto counts = ledger_->counts();
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->present, 4);
  EXPECT_EQ(counts->source_count, 4);
  EXPECT_EQ(counts->fates.at(Fate::moved), 1);
  EXPECT_EQ(counts->fates.at(Fate::duplicate), 2);
  EXPECT_EQ(counts->fates.at(Fate::refused), 1);
  EXPECT_EQ(counts->fates.at(Fate::pending), 0);
  EXPECT_EQ(counts->reasons.at("duplicate_id"), 2);
  EXPECT_EQ(counts->reasons.at("unreachable"), 1);
  EXPECT_EQ(counts->bytes_moved, 3);
  EXPECT_EQ(counts->stamped, 1);
}

TEST_F(LedgerSteps, RequeueTakesUpTheOnesAskedFor) {
  walk({seen(1, "a"), seen(2, "b"), seen(3, "c"), seen(4, "d")});
  record_ok(
      {.record_id = 1, .fate = Fate::quarantined, .reason = "fetch_failed", .count_try = true});
  record_ok({.record_id = 2, .fate = Fate::corrupt, .reason = "truncated"});
  record_ok({.record_id = 3, .fate = Fate::refused, .reason = "key_taken"});
  record_ok(moved(4));
  EXPECT_EQ(ledger_->requeue("").value_or(-1), 1);
  EXPECT_EQ(row(1).fate, Fate::pending);
  EXPECT_EQ(row(1).tries, 0);
  EXPECT_EQ(row(1).reason, "");
  EXPECT_EQ(ledger_->requeue("key_taken").value_or(-1), 1);
  EXPECT_EQ(ledger_->requeue("no_such_reason").value_or(-1), 0);
  EXPECT_THAT(due(Phase::move), ElementsAre(1, 3));
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerSteps, AFailingUpdateTakesNothingAndTheChainGoesOn) {
  walk({seen(1, "a"), seen(2, "b")});
  const auto before = check_ledger(file_)->events;
  const std::vector<StepUpdate> updates{moved(1), moved(99)};
  EXPECT_FALSE(ledger_->record(updates));
  EXPECT_EQ(row(1).fate, Fate::pending);
  EXPECT_EQ(check_ledger(file_)->events, before);
  record_ok(moved(2));
  EXPECT_EQ(check_ledger(file_)->events, before + 1);
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerSteps, ManyThreadsShareCommitsAndNothingIsLost) {
  constexpr int k_threads = 16;
  constexpr int k_updates = 200;
  std::vector<SeenRecord> records;
  for (int i = 1; i <= k_threads * k_updates; ++i) records.push_back(seen(i, std::to_string(i)));
  walk(records);
  const auto before = check_ledger(file_)->events;
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < k_threads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 1; i <= k_updates; ++i) {
          const RecordId id = t * k_updates + i;
          const auto update = moved(id, "k" + std::to_string(id));
          if (!ledger_->record(std::span(&update, 1))) ++failed;
        }
      });
    }
  }
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(ledger_->counts()->fates.at(Fate::moved), k_threads * k_updates);
  EXPECT_EQ(row(777).stored->key, "k777");
  EXPECT_EQ(check_ledger(file_)->events, before + k_threads * k_updates);
  EXPECT_EQ(finding(), "");
}

TEST_F(LedgerSteps, NotesAndIdsOfAnyTextKeepTheChainReadable) {
  ASSERT_TRUE(ledger_->note_run("run \"x\" \\ \n end"));
  walk({seen(1, "quote\" back\\ \n é 患 '"), seen(2, "\xff\xfe")});
  record_ok(moved(1, "odd \" key"));
  EXPECT_EQ(finding(), "");
}

}  // namespace
}  // namespace fmferry::test
