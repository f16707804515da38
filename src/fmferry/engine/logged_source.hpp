// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/ports/source.hpp>

namespace fmferry {

// A Source that tells each call, its outcome and its duration on the debug log.
class LoggedSource final : public Source {
 public:
  LoggedSource(Source& inner, Clock& clock) : inner_(inner), clock_(clock) {}

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
  Clock& clock_;
};

}  // namespace fmferry
