// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/source.hpp>

#include <mutex>
#include <string>
#include <unordered_set>

namespace fmferry {

// Two sources of one table: the server, and a backup of its file. What there is, and what is
// written, is the server's; the bytes come from the backup where it has the same record (recordId,
// id and modification id) with that container filled, and from the server where not. So the end is
// the same as from the server alone, and the server carries few bodies.
//
// A record on which the backup fails is never asked of it again. If the sink has seen bytes by
// then, fetch() fails with `corrupt` for the caller to begin anew. What the backup does not vouch
// for (ContainerInfo::verified) is asked of it once: asked again, the server answers. Thread-safe
// when both sources are, which must outlive it.
class BackupFirstSource final : public Source {
 public:
  // id_field: compared where both know it, as another table may have the same numbers.
  BackupFirstSource(Source& server, Source& backup, std::string id_field)
      : server_(server), backup_(backup), id_field_(std::move(id_field)) {}

  // Whence the bodies came that were fetched to their end.
  struct Tally {
    std::int64_t backup{0};
    std::int64_t server{0};
    std::int64_t failed{0};  // records that the backup failed on
  };

  [[nodiscard]] Tally tally() const;

  [[nodiscard]] SourceCapabilities capabilities() const override { return server_.capabilities(); }

  [[nodiscard]] std::string identity() const override { return server_.identity(); }

  // Both must be as configured.
  Status check(const CallContext& context) override;

  Result<std::int64_t> count(const CallContext& context) override { return server_.count(context); }

  Result<Page> page(std::int64_t offset, int limit, const CallContext& context) override {
    return server_.page(offset, limit, context);
  }

  Result<Record> read(RecordId record_id, const CallContext& context) override {
    return server_.read(record_id, context);
  }

  Result<ContainerInfo> fetch(const Record& record,
                              const Container& container,
                              const ByteSink& sink,
                              const CallContext& context) override;

  Result<std::int64_t> write(RecordId record_id,
                             const FieldUpdates& updates,
                             std::optional<std::int64_t> expected_mod_id,
                             const CallContext& context) override {
    return server_.write(record_id, updates, expected_mod_id, context);
  }

  std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                               const CallContext& context) override {
    return server_.write_many(writes, context);
  }

  // Logs the tally, in numbers, and closes both.
  void close() override;

 private:
  [[nodiscard]] bool may_ask_backup(RecordId record_id) const;
  void ask_no_more(RecordId record_id, bool failed);
  // The backup's record, if it is the same as the server's and has this container.
  [[nodiscard]] Result<std::optional<Record>> same_in_backup(const Record& record,
                                                             const std::string& field,
                                                             const CallContext& context);

  Source& server_;
  Source& backup_;
  const std::string id_field_;
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  std::unordered_set<RecordId> ask_the_server_;
  Tally tally_;
  bool told_{false};
};

}  // namespace fmferry
