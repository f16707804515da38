// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/ports/object_store.hpp>

namespace fmferry {

// An ObjectStore that tells each call, its outcome and its duration on the debug log. Keys are left
// out: they hold the solution's own ids.
class LoggedStore final : public ObjectStore {
 public:
  LoggedStore(ObjectStore& inner, Clock& clock) : inner_(inner), clock_(clock) {}

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
  Clock& clock_;
};

}  // namespace fmferry
