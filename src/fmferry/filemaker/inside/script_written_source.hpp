// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/script_door.hpp>
#include <fmferry/ports/source.hpp>

#include <atomic>
#include <functional>
#include <string>

namespace fmferry::inside {

struct ScriptWriteOptions {
  std::string script{};
  std::string mark_field{};  // empty: the script writes none
  std::string stamp_field{};
  int batch{400};  // records a call at most
  // What the solution itself calls a record: the script finds it by that.
  std::function<Result<std::string>(RecordId)> id_of{};
};

// A source whose marks and stamps are written by the pasted script `mark-and-stamp`, hundreds in a
// call; single ones, and any other field, go the source's own way. check() also proves that the
// script is there. A call bears being made twice, so a lost answer is the service's failure and
// nothing in doubt; after each failure the calls get smaller, as their work may be what brings the
// source down. Both source and door must outlive it.
class ScriptWrittenSource final : public Source {
 public:
  ScriptWrittenSource(Source& inner, ScriptDoor& door, ScriptWriteOptions options);

  [[nodiscard]] SourceCapabilities capabilities() const override;

  [[nodiscard]] std::string identity() const override { return inner_.identity(); }

  Status check(const CallContext& context) override;

  Result<std::int64_t> count(const CallContext& context) override { return inner_.count(context); }

  Result<Page> page(std::int64_t offset, int limit, const CallContext& context) override {
    return inner_.page(offset, limit, context);
  }

  Result<Record> read(RecordId record_id, const CallContext& context) override {
    return inner_.read(record_id, context);
  }

  Result<ContainerInfo> fetch(const Record& record,
                              const Container& container,
                              const ByteSink& sink,
                              const CallContext& context) override {
    return inner_.fetch(record, container, sink, context);
  }

  Result<std::int64_t> write(RecordId record_id,
                             const FieldUpdates& updates,
                             std::optional<std::int64_t> expected_mod_id,
                             const CallContext& context) override {
    return inner_.write(record_id, updates, expected_mod_id, context);
  }

  std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                               const CallContext& context) override;

  void rest() override { inner_.rest(); }

  void close() override { inner_.close(); }

 private:
  using Written = std::vector<Result<std::int64_t>>;

  [[nodiscard]] bool knows(const FieldUpdates& updates) const;
  // One call of the script; an error of the service, or one result a write.
  Result<Written> write_some(std::span<const RecordWrite> writes, const CallContext& context);

  Source& inner_;
  ScriptDoor& door_;
  const ScriptWriteOptions options_;
  std::atomic<int> batch_;
  std::atomic<bool> is_there_{false};  // the script was once seen to answer
};

}  // namespace fmferry::inside
