// SPDX-License-Identifier: Apache-2.0
#include "ledger_fixture.hpp"

namespace fmferry::test {
namespace {

class SameBytesTest : public LedgerTest {
 protected:
  void move(RecordId record_id, char hash, const std::string& key, std::int64_t length = 10) {
    StepUpdate update = moved(record_id, key);
    update.stored->sha256 = std::string(32, hash);
    update.stored->length = length;
    record_ok(update);
  }

  std::string words() {
    const auto found = ledger_->same_bytes();
    EXPECT_TRUE(found);
    std::string text;
    for (const auto& [sha256, length, records, objects] :
         found.value_or(std::vector<SameBytes>{})) {
      text += std::string(1, sha256.at(0)) + " " + std::to_string(records) + " in " +
              std::to_string(objects) + " of " + std::to_string(length) + "; ";
    }
    return text;
  }
};

TEST_F(SameBytesTest, AreFoundByTheirHashTheLargestFirst) {
  walk({seen(1, "a"), seen(2, "b"), seen(3, "c"), seen(4, "d"), seen(5, "e"), seen(6, "f")});
  EXPECT_EQ(words(), "");
  move(1, 'x', "a.jpg");
  move(2, 'y', "b.jpg", 500);
  move(3, 'x', "c.jpg");
  move(4, 'y', "d.jpg", 500);
  move(5, 'x', "e.jpg");
  move(6, 'z', "f.jpg");
  EXPECT_EQ(words(), "y 2 in 2 of 500; x 3 in 3 of 10; ");
  EXPECT_EQ(ledger_->counts()->same_bytes, 3);
}

TEST_F(SameBytesTest, OnlyOfMovedRecordsAlsoOfThoseThatLeft) {
  walk({seen(1, "a"), seen(2, "b"), seen(3, "c")});
  for (const RecordId id : {1, 2, 3}) move(id, 'x', std::to_string(id));
  record_ok({.record_id = 2, .step = Step::fate, .fate = Fate::pending, .reason = ""});
  walk({seen(2, "b"), seen(3, "c")});
  EXPECT_EQ(words(), "x 2 in 2 of 10; ");
  EXPECT_EQ(ledger_->counts()->same_bytes, 1);
}

TEST_F(SameBytesTest, InOneObjectTakeNoMoreRoom) {
  walk({seen(1, "a"), seen(2, "b")});
  move(1, 'x', "same.jpg");
  move(2, 'x', "same.jpg");
  EXPECT_EQ(words(), "x 2 in 1 of 10; ");
}

}  // namespace
}  // namespace fmferry::test
