// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/source.hpp>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace fmferry {

struct MemoryRecord {
  std::map<std::string, std::string, std::less<>> fields{};
  // Filled containers and their bytes. A field named by the options but not here is empty.
  std::map<std::string, std::string, std::less<>> bodies{};
  std::set<std::string, std::less<>> unreachable{};
  std::map<std::string, std::string, std::less<>> file_names{};    // of bodies
  std::map<std::string, std::string, std::less<>> alternatives{};  // of bodies
};

struct MemorySourceOptions {
  std::string identity{"memory:source"};
  std::vector<std::string> containers{};
  std::set<std::string, std::less<>> read_only_fields{};
  int polite_page{100};
  bool write_back{true};
  bool file_names{false};
  bool settled{false};
  bool tells_emptiness{true};
  int write_batch{1};
  bool verified{false};           // vouches for its bodies
  bool tells_length{true};        // of a body, before its first byte
  std::size_t slice{64U << 10U};  // bytes handed to a sink at once
};

// A table in memory that behaves as FileMaker's does: recordIds go up, every edit adds one to the
// record's mod_id, pages are cut from the table as it is at that moment. Thread-safe; the methods
// below the port's are other people at work on the same table.
class MemorySource final : public Source {
 public:
  explicit MemorySource(MemorySourceOptions options) : options_(std::move(options)) {}

  [[nodiscard]] SourceCapabilities capabilities() const override;

  [[nodiscard]] std::string identity() const override { return options_.identity; }

  Status check(const CallContext& context) override;
  Result<std::int64_t> count(const CallContext& context) override;
  Result<Page> page(std::int64_t offset, int limit, const CallContext& context) override;
  Result<Record> read(RecordId record_id, const CallContext& context) override;
  Result<ContainerInfo> fetch(const Record& record,
                              const Container& container,
                              const ByteSink& sink,
                              const CallContext& context) override;
  Result<std::int64_t> write(RecordId record_id,
                             const FieldUpdates& updates,
                             std::optional<std::int64_t> expected_mod_id,
                             const CallContext& context) override;

  void close() override { closed_ = true; }

  RecordId add(MemoryRecord record);
  void remove(RecordId record_id);
  // Moves a record to another place in the listing; position counts from 0.
  void move_to(RecordId record_id, std::size_t position);
  void edit(RecordId record_id, const std::function<void(MemoryRecord&)>& change);
  // Somebody has the record open: writes fail with `conflict` 301.
  void lock(RecordId record_id, bool locked);
  // Called before each page is cut, without a lock held: the place to change the table.
  void before_page(std::function<void(std::int64_t offset)> hook);
  void before_fetch(std::function<void(RecordId)> hook);

  struct Row {
    RecordId record_id{0};
    std::int64_t mod_id{1};
    MemoryRecord record{};
    bool locked{false};
  };

  [[nodiscard]] std::vector<Row> rows() const;
  [[nodiscard]] Row row(RecordId record_id) const;  // record_id 0 when it is not there

 private:
  Status usable(const CallContext& context) const;
  [[nodiscard]] std::vector<Row>::iterator find(RecordId record_id);
  [[nodiscard]] Record shown(const Row& row) const;

  const MemorySourceOptions options_;
  std::atomic<bool> closed_{false};
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::vector<Row> rows_;
  RecordId last_id_{0};
  std::function<void(std::int64_t)> before_page_;
  std::function<void(RecordId)> before_fetch_;
};

}  // namespace fmferry
