// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/memory/fault.hpp>
#include <fmferry/ports/object_store.hpp>

namespace fmferry {

// An ObjectStore whose calls fail as a rule says. The parts and the end of an upload are asked
// about as "write" and "finish" of its key. Thread-safe when the rule is.
class FaultyStore final : public ObjectStore {
 public:
  FaultyStore(ObjectStore& inner, FaultRule rule) : inner_(inner), rule_(std::move(rule)) {}

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
  FaultRule rule_;
};

}  // namespace fmferry
