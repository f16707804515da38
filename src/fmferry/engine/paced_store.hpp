// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/gate.hpp>
#include <fmferry/ports/object_store.hpp>

namespace fmferry {

// An ObjectStore behind a gate of its own: each call, and each part of a large body, waits its
// turn.
class PacedStore final : public ObjectStore {
 public:
  PacedStore(ObjectStore& inner, Gate& gate) : inner_(inner), gate_(gate) {}

  [[nodiscard]] StoreCapabilities capabilities() const override { return inner_.capabilities(); }

  [[nodiscard]] std::string identity() const override { return inner_.identity(); }

  Status probe(const CallContext& context) override;

  Result<Receipt> put(const std::string& key,
                      ByteView body,
                      const PutOptions& options,
                      const CallContext& context) override;
  Result<std::unique_ptr<Upload>> begin(const std::string& key,
                                        const PutOptions& options,
                                        const CallContext& context) override;
  Result<ObjectInfo> head(const std::string& key, const CallContext& context) override;
  Result<ObjectInfo> get(const std::string& key,
                         const ByteSink& sink,
                         const CallContext& context) override;
  Result<ListPage> list(const std::string& prefix,
                        const std::string& token,
                        const CallContext& context) override;

  Result<std::string> presign(const std::string& method,
                              const std::string& key,
                              std::chrono::seconds lifetime) override {
    return inner_.presign(method, key, lifetime);
  }

 private:
  ObjectStore& inner_;
  Gate& gate_;
};

}  // namespace fmferry
