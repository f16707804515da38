// SPDX-License-Identifier: Apache-2.0
#include "ledger_fixture.hpp"
#include <fmferry/sqlite/ledger_bytes.hpp>

namespace fmferry::test {
namespace {

class LedgerBytes : public LedgerTest {
 protected:
  // Each object that the fixture stores has three bytes.
  void store(RecordId record_id) { record_ok(moved(record_id, std::to_string(record_id))); }

  void note(std::int64_t bytes) { ASSERT_TRUE(ledger_->note_run(bytes_note(bytes))); }

  std::int64_t read(const std::string& since = {}) {
    const auto found = bytes_read_since(file_, since);
    EXPECT_TRUE(found) << to_line(found.error());
    return found.value_or(-1);
  }
};

TEST_F(LedgerBytes, NoLedgerHasReadNothing) {
  EXPECT_EQ(bytes_read_since(folder_ / "none.db", ""), 0);
  EXPECT_EQ(read(), 0);
}

TEST_F(LedgerBytes, TheLastNoteOfEachRunCounts) {
  walk({seen(1, "a"), seen(2, "b")});
  note(100);
  store(1);
  note(250);
  reopen();
  store(2);
  note(30);
  ASSERT_TRUE(ledger_->note_run("ends: done"));
  EXPECT_EQ(read(), 280);
}

TEST_F(LedgerBytes, ARunThatWasKilledCountsByWhatItStored) {
  walk({seen(1, "a"), seen(2, "b"), seen(3, "c")});
  store(1);
  EXPECT_EQ(read(), 3) << "before its first note";
  note(100);
  store(2);
  store(3);
  EXPECT_EQ(read(), 106) << "and after it";
}

TEST_F(LedgerBytes, OnlyThePresentPeriodCounts) {
  walk({seen(1, "a")});
  store(1);
  note(100);
  EXPECT_EQ(read("2000-03-01T00:00:00Z"), 100);
  EXPECT_EQ(read("2999-03-01T00:00:00Z"), 0);
}

}  // namespace
}  // namespace fmferry::test
