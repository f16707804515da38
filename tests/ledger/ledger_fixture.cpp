// SPDX-License-Identifier: Apache-2.0
#include "ledger_fixture.hpp"

#include <fmferry/foundation/digest.hpp>

#include <sqlite3.h>

namespace fmferry::test {

LedgerTest::LedgerTest()
    : folder_(std::filesystem::temp_directory_path() / ("fmferry-ledger-" + uuid_v4())),
      file_(folder_ / "fmferry.db") {
  std::filesystem::create_directories(folder_);
  open();
}

LedgerTest::~LedgerTest() {
  ledger_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void LedgerTest::open() {
  auto opened = SqliteLedger::open(file_, clock_);
  ASSERT_TRUE(opened) << to_line(opened.error());
  ledger_ = std::move(*opened);
}

void LedgerTest::reopen() {
  ledger_.reset();
  open();
}

WalkResult LedgerTest::walk(const std::vector<SeenRecord>& records, Ledger::WalkRules rules) {
  EXPECT_TRUE(ledger_->begin_walk());
  const auto known = ledger_->see(records);
  EXPECT_TRUE(known) << to_line(known.error());
  const auto result = ledger_->end_walk(static_cast<std::int64_t>(records.size()), rules);
  EXPECT_TRUE(result) << to_line(result.error());
  return result.value_or(WalkResult{});
}

void LedgerTest::record_ok(const StepUpdate& update) {
  const Status status = record(update);
  ASSERT_TRUE(status) << to_line(status.error());
}

LedgerRow LedgerTest::row(RecordId record_id) {
  const auto rows = ledger_->rows(record_id - 1, 1);
  if (!rows || rows->empty() || rows->front().seen.record_id != record_id) {
    ADD_FAILURE() << "there is no record " << record_id;
    return {};
  }
  return rows->front();
}

std::vector<RecordId> LedgerTest::due(Phase phase) {
  const auto rows = ledger_->due(phase, 0, 1000);
  EXPECT_TRUE(rows);
  std::vector<RecordId> ids;
  for (const auto& row : rows.value_or(std::vector<LedgerRow>{})) ids.push_back(row.seen.record_id);
  EXPECT_EQ(ledger_->due_count(phase).value_or(-1), static_cast<std::int64_t>(ids.size()));
  return ids;
}

std::string LedgerTest::finding() const {
  const auto check = check_ledger(file_);
  return check ? check->finding : "ERROR " + to_line(check.error());
}

void LedgerTest::sql(const std::string& statement) const {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file_.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, statement.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  EXPECT_NE(sqlite3_total_changes(database), 0) << statement << " changed nothing";
  sqlite3_close(database);
}

}  // namespace fmferry::test
