// SPDX-License-Identifier: Apache-2.0
#include "ledger_fixture.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace fmferry::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class LedgerCheckTest : public LedgerTest {
 protected:
  void SetUp() override {
    walk({seen(1, "a"), seen(2, "b"), seen(3, "c")});
    record_ok(moved(1));
    record_ok(stamped(1));
    record_ok({.record_id = 1, .step = Step::linked, .image_id = "u-1"});
    record_ok({.record_id = 2, .fate = Fate::corrupt, .reason = "truncated"});
    ledger_.reset();
  }
};

TEST_F(LedgerCheckTest, AGoodLedgerPasses) {
  const auto check = check_ledger(file_);
  ASSERT_TRUE(check) << to_line(check.error());
  EXPECT_EQ(check->finding, "");
  EXPECT_EQ(check->records, 3);
  EXPECT_EQ(check->events, 7);
}

TEST_F(LedgerCheckTest, FindsAnAlteredEvent) {
  sql("UPDATE event SET detail = replace(detail, 'image_Full', 'image_None') WHERE seq = 2");
  EXPECT_EQ(finding(), "event 2 was altered");
}

TEST_F(LedgerCheckTest, FindsAnEventOfAnotherTime) {
  sql("UPDATE event SET at = '2020-01-01T00:00:00Z' WHERE seq = 3");
  EXPECT_EQ(finding(), "event 3 was altered");
}

TEST_F(LedgerCheckTest, FindsADeletedMiddleEvent) {
  sql("DELETE FROM event WHERE seq = 4");
  EXPECT_EQ(finding(), "event 4 is missing");
}

TEST_F(LedgerCheckTest, FindsADeletedLastEvent) {
  sql("DELETE FROM event WHERE seq = 7");
  EXPECT_THAT(finding(), HasSubstr("the last events are missing"));
}

TEST_F(LedgerCheckTest, FindsThatAllEventsWereDeleted) {
  sql("DELETE FROM event");
  EXPECT_THAT(finding(), HasSubstr("the last events are missing"));
}

TEST_F(LedgerCheckTest, FindsADeletedRow) {
  sql("DELETE FROM record WHERE record_id = 3");
  EXPECT_EQ(finding(), "record 3: it has no row");
}

TEST_F(LedgerCheckTest, FindsARowThatNoEventTellsOf) {
  sql("INSERT INTO record(record_id, id, mod_id, parent, day, category, walk, fate, reason, choice,"
      " mark) VALUES(9, 'x', 1, '', '', '', 1, 'moved', '', '', '')");
  EXPECT_EQ(finding(), "record 9: no event tells of it");
}

class AlteredColumn : public LedgerCheckTest, public testing::WithParamInterface<const char*> {};

TEST_P(AlteredColumn, IsFound) {
  sql("UPDATE record SET " + std::string(GetParam()) + " WHERE record_id = 1");
  EXPECT_THAT(finding(), HasSubstr("record 1: its "));
}

INSTANTIATE_TEST_SUITE_P(Columns,
                         AlteredColumn,
                         testing::Values("fate = 'pending'",
                                         "reason = 'x'",
                                         "id = 'x'",
                                         "mod_id = 7",
                                         "choice = 'x'",
                                         "present = 0",
                                         "field = 'x'",
                                         "key = 'x'",
                                         "key = NULL",
                                         "length = 4",
                                         "sha256 = ''",
                                         "sha256 = NULL",
                                         "media_type = 'x'",
                                         "proof = 'x'",
                                         "file_name = 'x'",
                                         "alternatives = 'x'",
                                         "stamped_at = ''",
                                         "stamp_problem = 'x'",
                                         "image_id = ''",
                                         "link_problem = 'x'"));

TEST_F(LedgerCheckTest, FindsADamagedFile) {
  {
    std::fstream file(file_, std::ios::in | std::ios::out | std::ios::binary);
    const auto size = static_cast<std::streamoff>(std::filesystem::file_size(file_));
    for (std::streamoff at = 4096; at < size; at += 512) {
      file.seekp(at + 100);
      file << std::string(64, '\xa5');
    }
  }
  EXPECT_NE(finding(), "");
}

TEST_F(LedgerCheckTest, TellsWhenTheFileIsNoLedger) {
  std::filesystem::resize_file(file_, 0);
  EXPECT_THAT(finding(), HasSubstr("ERROR"));
  sql("CREATE TABLE t(x); INSERT INTO t VALUES(1); PRAGMA user_version = 1");
  EXPECT_THAT(finding(), HasSubstr("no ledger"));
  const auto opened = SqliteLedger::open(file_, clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
}

TEST_F(LedgerCheckTest, TellsWhenTheFileIsNoDatabase) {
  std::ofstream(file_, std::ios::trunc) << std::string(5000, 'x');
  EXPECT_THAT(finding(), HasSubstr("ERROR"));
  EXPECT_FALSE(SqliteLedger::open(file_, clock_));
}

}  // namespace
}  // namespace fmferry::test
