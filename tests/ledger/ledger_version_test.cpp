// SPDX-License-Identifier: Apache-2.0
#include "ledger_fixture.hpp"
#include <fmferry/foundation/file.hpp>
#include <fmferry/sqlite/connection.hpp>

#include <gmock/gmock.h>

#include <sys/stat.h>

namespace fmferry::test {
namespace {

using testing::HasSubstr;

// A ledger that fmferry wrote when its format had version 1.
class OlderLedger : public LedgerTest {
 protected:
  void SetUp() override {
    ledger_.reset();
    for (const auto* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(file_.string() + suffix);
    const auto dump =
        read_file(std::filesystem::path(FMF_LEDGER_TESTS) / "version-1.sql", 1U << 20U);
    ASSERT_TRUE(dump) << to_line(dump.error());
    auto database = SqliteConnection::open(file_, {.mode = SqliteMode::create});
    ASSERT_TRUE(database);
    const Status made = database->exec(*dump);
    ASSERT_TRUE(made) << to_line(made.error());
  }

  std::int64_t number(const std::string& query) const {
    auto database = SqliteConnection::open(file_, {.mode = SqliteMode::read_only});
    return database ? database->query_integer(query).value_or(-1) : -1;
  }

  std::int64_t new_columns() const {
    return number(
        "SELECT count(*) FROM pragma_table_info('record') "
        "WHERE name IN ('file_name', 'alternatives', 'fields', 'thumbnail_problem')");
  }
};

TEST_F(OlderLedger, IsReadAsItIs) {
  const auto reader = SqliteLedger::open_read_only(file_, clock_);
  ASSERT_TRUE(reader) << to_line(reader.error());
  EXPECT_EQ((*reader)->counts()->fates.at(Fate::moved), 3);
  const auto rows = (*reader)->rows(0, 10);
  ASSERT_TRUE(rows) << to_line(rows.error());
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_NE(rows->front().stored->key, "");
  EXPECT_EQ(rows->front().stored->file_name, "");
  EXPECT_EQ(finding(), "");
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  EXPECT_EQ(new_columns(), 0);
}

TEST_F(OlderLedger, BecomesOursWhenItIsOpenedForWriting) {
  open();
  EXPECT_EQ(number("PRAGMA user_version"), 3);
  EXPECT_EQ(new_columns(), 4);
  EXPECT_EQ(ledger_->counts()->stamped, 3);
  EXPECT_EQ(finding(), "");
  const auto before = ledger_->rows(0, 1)->front();
  auto again = moved(before.seen.record_id);
  again.stored->file_name = "a name.jpg";
  record_ok(again);
  reopen();
  EXPECT_EQ(row(before.seen.record_id).stored->file_name, "a name.jpg");
  EXPECT_EQ(finding(), "");

  struct stat info {};

  ASSERT_EQ(::stat(file_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST_F(OlderLedger, IsLeftAsItIsWhenTheStepToOursFails) {
  sql("ALTER TABLE record ADD COLUMN alternatives TEXT; UPDATE record SET alternatives = ''");
  EXPECT_FALSE(SqliteLedger::open(file_, clock_));
  EXPECT_EQ(number("PRAGMA user_version"), 1);
  EXPECT_EQ(new_columns(), 1);
}

TEST_F(OlderLedger, ALaterOneIsRefused) {
  sql("PRAGMA user_version = 4; UPDATE record SET tries = 1");
  const auto opened = SqliteLedger::open(file_, clock_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
  EXPECT_THAT(opened.error().what, HasSubstr("version 4"));
}

using FileNames = LedgerTest;

TEST_F(FileNames, SurviveReopeningAndFollowTheObject) {
  walk({seen(1, "a")});
  EXPECT_FALSE(row(1).stored);
  auto update = moved(1);
  update.stored->file_name = "Skiagramm \"7\", links.jpg";
  update.stored->alternatives = "PDF :12345 JPEG:999";
  record_ok(update);
  reopen();
  EXPECT_EQ(row(1).stored->file_name, update.stored->file_name);
  EXPECT_EQ(row(1).stored->alternatives, update.stored->alternatives);
  record_ok(moved(1));
  EXPECT_EQ(row(1).stored->file_name, "") << "another object, another name";
  EXPECT_EQ(finding(), "");
}

}  // namespace
}  // namespace fmferry::test
