// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>
#include <fmferry/ports/forwarding_source.hpp>

namespace fmferry {

// A Source whose calls are repeated for as long as the service is the one that fails; the paced
// source below makes them wait. This is the only place where calls to a source are repeated.
//
// fetch() is tried once a call, as its sink may have seen bytes: after an outage it fails with the
// outage's error, and the caller starts that body anew. A write whose reply was lost is looked up
// before it is repeated. A damaged page or count is asked for again, eight times at most.
class RetryingSource final : public ForwardingSource {
 public:
  // gate: the one that the calls below go through.
  RetryingSource(Source& inner, const Gate& gate) : ForwardingSource(inner), gate_(gate) {}

  Status check(const CallContext& context) override;
  Result<std::int64_t> count(const CallContext& context) override;
  Result<Page> page(std::int64_t offset, int limit, const CallContext& context) override;
  Result<Record> read(RecordId record_id, const CallContext& context) override;

  Result<std::int64_t> write(RecordId record_id,
                             const FieldUpdates& updates,
                             std::optional<std::int64_t> expected_mod_id,
                             const CallContext& context) override;

  std::vector<Result<std::int64_t>> write_many(std::span<const RecordWrite> writes,
                                               const CallContext& context) override;

 private:
  // Whether a write whose reply was lost is there: the mod_id then.
  Result<std::optional<std::int64_t>> taken(const RecordWrite& write, const CallContext& context);

  const Gate& gate_;
};

}  // namespace fmferry
