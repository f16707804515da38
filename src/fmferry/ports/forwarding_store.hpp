// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/object_store.hpp>

namespace fmferry {

// Hands every call on: what a decorator that changes some of them begins with. Thread-safe when the
// store is, which must outlive it.
class ForwardingStore : public ObjectStore {
 public:
  explicit ForwardingStore(ObjectStore& inner) : inner_(inner) {}

  [[nodiscard]] StoreCapabilities capabilities() const override { return inner_.capabilities(); }

  [[nodiscard]] std::string identity() const override { return inner_.identity(); }

  Status probe(const CallContext& context) override { return inner_.probe(context); }

  Result<Receipt> put(const std::string& key,
                      ByteView body,
                      const PutOptions& options,
                      const CallContext& context) override {
    return inner_.put(key, body, options, context);
  }

  Result<std::unique_ptr<Upload>> begin(const std::string& key,
                                        const PutOptions& options,
                                        const CallContext& context) override {
    return inner_.begin(key, options, context);
  }

  Result<ObjectInfo> head(const std::string& key, const CallContext& context) override {
    return inner_.head(key, context);
  }

  Result<ObjectInfo> get(const std::string& key,
                         const ByteSink& sink,
                         const CallContext& context) override {
    return inner_.get(key, sink, context);
  }

  Result<ListPage> list(const std::string& prefix,
                        const std::string& token,
                        const CallContext& context) override {
    return inner_.list(prefix, token, context);
  }

  Result<std::string> presign(const std::string& method,
                              const std::string& key,
                              std::chrono::seconds lifetime) override {
    return inner_.presign(method, key, lifetime);
  }

 protected:
  [[nodiscard]] ObjectStore& inner() const { return inner_; }

 private:
  ObjectStore& inner_;
};

}  // namespace fmferry
