// SPDX-License-Identifier: Apache-2.0
#include "support/slow_disk.hpp"

#include "ledger_fixture.hpp"

#include <thread>

namespace fmferry::test {
namespace {

using testing_support::SlowDisk;

class LedgerOnASlowDisk : public LedgerTest {
 protected:
  // Writes what `writers` threads have to say, each so many steps one after the other.
  void write(int writers, int steps) {
    std::vector<std::jthread> threads;
    for (int writer = 0; writer < writers; ++writer) {
      threads.emplace_back([this, writer, steps] {
        for (int step = 0; step < steps; ++step) record_ok(moved(1 + writer * steps + step));
      });
    }
  }

  void expect_moved(std::int64_t count) {
    const auto counts = ledger_->counts();
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->fates.at(Fate::moved), count);
    EXPECT_EQ(finding(), "");
  }
};

TEST_F(LedgerOnASlowDisk, StepsThatComeTogetherShareACommit) {
  constexpr int k_writers = 10;
  constexpr int k_steps = 12;
  std::vector<SeenRecord> records;
  for (RecordId id = 1; id <= k_writers * k_steps; ++id) {
    records.push_back(seen(id, std::to_string(id)));
  }
  walk(records);
  ledger_.reset();
  {
    const SlowDisk disk(std::chrono::milliseconds(10));
    open();
    const auto before = SlowDisk::syncs();
    write(k_writers, k_steps);
    const auto syncs = SlowDisk::syncs() - before;
    RecordProperty("syncs", static_cast<int>(syncs));
    EXPECT_GE(syncs, k_steps) << "each of a thread's steps waits for a sync of its own";
    EXPECT_LE(syncs, k_writers * k_steps / 3) << "of 120, if each were written alone";
    expect_moved(k_writers * k_steps);
    ledger_.reset();
  }
  open();
  expect_moved(k_writers * k_steps);
}

}  // namespace
}  // namespace fmferry::test
