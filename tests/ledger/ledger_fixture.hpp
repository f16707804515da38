// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/sqlite/ledger.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fmferry::test {

inline SeenRecord seen(RecordId record_id, std::string id, std::int64_t mod_id = 1) {
  return {.record_id = record_id,
          .mod_id = mod_id,
          .id = std::move(id),
          .parent = "P1",
          .day = "2026-11-22",
          .category = "photo",
          .mark = "",
          .choice = "image_Full"};
}

inline StepUpdate moved(RecordId record_id, const std::string& key = "images/x.jpg") {
  return {.record_id = record_id,
          .step = Step::stored,
          .fate = Fate::moved,
          .choice = "image_Full",
          .mod_id = 1,
          .stored = StoredObject{.field = "image_Full",
                                 .key = key,
                                 .length = 3,
                                 .sha256 = std::string(32, '\x5a'),
                                 .media_type = "image/jpeg",
                                 .width = 640,
                                 .height = 480,
                                 .etag = "e",
                                 .proof = "checksum"}};
}

inline StepUpdate stamped(RecordId record_id, std::int64_t mod_id = 2) {
  return {.record_id = record_id,
          .step = Step::stamped,
          .mod_id = mod_id,
          .stamped_at = "2026-11-22T17:03:45Z"};
}

// A ledger in a folder of its own.
class LedgerTest : public testing::Test {
 protected:
  LedgerTest();
  ~LedgerTest() override;

  void open();
  void reopen();
  // One complete walk over these records; the source counts them all.
  WalkResult walk(const std::vector<SeenRecord>& records, Ledger::WalkRules rules = {});

  Status record(const StepUpdate& update) { return ledger_->record(std::span(&update, 1)); }

  void record_ok(const StepUpdate& update);
  LedgerRow row(RecordId record_id);
  std::vector<RecordId> due(Phase phase);
  // check_ledger()'s finding, or "ERROR ...".
  std::string finding() const;
  // Changes the file behind the ledger's back.
  void sql(const std::string& statement) const;

  std::filesystem::path folder_;
  std::filesystem::path file_;
  std::shared_ptr<Clock> clock_{std::make_shared<SystemClock>()};
  std::unique_ptr<Ledger> ledger_;
};

}  // namespace fmferry::test
