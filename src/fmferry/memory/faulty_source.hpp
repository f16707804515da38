// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/memory/fault.hpp>
#include <fmferry/ports/source.hpp>

namespace fmferry {

// A Source whose calls fail as a rule says. Thread-safe when the rule is.
class FaultySource final : public Source {
 public:
  FaultySource(Source& inner, FaultRule rule) : inner_(inner), rule_(std::move(rule)) {}

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

  void close() override { inner_.close(); }

 private:
  Source& inner_;
  FaultRule rule_;
};

}  // namespace fmferry
