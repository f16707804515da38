// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>
#include <fmferry/ports/source.hpp>

namespace fmferry {

// A Source behind a gate: each call waits its turn, and the gate learns what it met. A damaged
// page or count is no record's fault, so it counts against the host.
class PacedSource final : public Source {
 public:
  PacedSource(Source& inner, Gate& gate, Clock& clock)
      : inner_(inner), gate_(gate), clock_(clock) {}

  [[nodiscard]] SourceCapabilities capabilities() const override { return inner_.capabilities(); }

  [[nodiscard]] std::string identity() const override { return inner_.identity(); }

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
  std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                               const CallContext& context) override;

  void rest() override { inner_.rest(); }

  void close() override { inner_.close(); }

 private:
  Source& inner_;
  Gate& gate_;
  Clock& clock_;
};

}  // namespace fmferry
