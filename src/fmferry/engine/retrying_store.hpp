// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>
#include <fmferry/ports/forwarding_store.hpp>

namespace fmferry {

// An ObjectStore whose calls are repeated for as long as the service is the one that fails. A put
// whose reply was lost is simply sent again: the same bytes under the same key; where overwriting
// is off, the second one may fail with `conflict`, and the caller then compares. A multipart upload
// is repeated part by part, and so is its end. A get() is tried once, as its sink may have seen
// bytes. The probe waits for a store that answers, if only that it can't now; that nobody answers
// is said at once.
class RetryingStore final : public ForwardingStore {
 public:
  // gate: the one that the calls below go through.
  RetryingStore(ObjectStore& inner, const Gate& gate) : ForwardingStore(inner), gate_(gate) {}

  Status probe(const CallContext& context) override;

  Result<Receipt> put(const std::string& key,
                      ByteView body,
                      const PutOptions& options,
                      const CallContext& context) override;
  Result<std::unique_ptr<Upload>> begin(const std::string& key,
                                        const PutOptions& options,
                                        const CallContext& context) override;
  Result<ObjectInfo> head(const std::string& key, const CallContext& context) override;

  Result<ListPage> list(const std::string& prefix,
                        const std::string& token,
                        const CallContext& context) override;

 private:
  const Gate& gate_;
};

}  // namespace fmferry
