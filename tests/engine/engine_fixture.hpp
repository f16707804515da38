// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "virtual_clock.hpp"
#include <fmferry/engine/gate.hpp>
#include <fmferry/engine/guarded_source.hpp>
#include <fmferry/engine/guarded_store.hpp>
#include <fmferry/engine/job.hpp>
#include <fmferry/memory/faulty_source.hpp>
#include <fmferry/memory/faulty_store.hpp>
#include <fmferry/memory/memory_catalogue.hpp>
#include <fmferry/memory/memory_object_store.hpp>
#include <fmferry/memory/memory_source.hpp>
#include <fmferry/sqlite/ledger.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace fmferry::test {

// Bodies are text: "JPG..." and "PNG..." are types; whole ones end in ".", "CUT" in them says that
// the structure ends too early, "BAD" that it is broken; "[640x480]" is the size in pixels.
class TextInspectors final : public ContentInspectors {
 public:
  std::unique_ptr<ContentInspector> open() override;
};

// One complete installation in memory, but for the ledger, which is the real one.
class World {
 public:
  World();
  explicit World(MemorySourceOptions options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // A record with the next number and id "id-N"; bodies by container.
  RecordId add(std::map<std::string, std::string, std::less<>> bodies);
  [[nodiscard]] Job job();
  // pursue(Goal::everything) over guarded adapters.
  Status run();
  Status run(const Job& job, const CallContext& context = {});
  LedgerRow row(RecordId record_id);
  LedgerCounts counts();
  std::vector<LedgerRow> rows();
  void reopen_ledger();
  // "ok", or the error's kind.
  static std::string outcome(const Status& status);
  std::string field(RecordId record_id, const std::string& name);
  std::string stored(const std::string& key);  // "-" when there is no such object

  std::filesystem::path folder;
  std::shared_ptr<VirtualClock> clock{std::make_shared<VirtualClock>()};
  JobSettings settings{};
  MemorySource source;
  MemoryObjectStore store;
  MemoryCatalogue catalogue{};
  TextInspectors inspectors{};
  Progress progress{};
  PaceSettings source_gate{.host = "source"};
  PaceSettings store_gate{.host = "store"};
  FaultRule source_rule{};
  FaultRule store_rule{};
  std::unique_ptr<Ledger> ledger{};

 private:
  std::optional<Fault> ask(const FaultRule& rule, std::string_view what, const std::string& on);

  FaultySource faulty_source_;
  FaultyStore faulty_store_;
  std::unique_ptr<GuardedSource> guarded_source_;
  std::unique_ptr<GuardedStore> guarded_store_;
  std::mutex mutex_;  // rules are called one at a time
};

inline const std::string k_good = "JPG a fine picture.";

}  // namespace fmferry::test
