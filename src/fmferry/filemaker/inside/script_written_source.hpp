// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/forwarding_source.hpp>
#include <fmferry/ports/script_door.hpp>

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
class ScriptWrittenSource final : public ForwardingSource {
 public:
  ScriptWrittenSource(Source& inner, ScriptDoor& door, ScriptWriteOptions options);

  [[nodiscard]] SourceCapabilities capabilities() const override;

  Status check(const CallContext& context) override;

  std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                               const CallContext& context) override;

 private:
  using Written = std::vector<Result<std::int64_t>>;

  [[nodiscard]] bool knows(const FieldUpdates& updates) const;
  // One call of the script; an error of the service, or one result a write.
  Result<Written> write_some(std::span<const RecordWrite> writes, const CallContext& context);

  ScriptDoor& door_;
  const ScriptWriteOptions options_;
  std::atomic<int> batch_;
  std::atomic<bool> is_there_{false};  // the script was once seen to answer
};

}  // namespace fmferry::inside
