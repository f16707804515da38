// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/object_store.hpp>

#include <map>
#include <mutex>
#include <string>

namespace fmferry {

struct MemoryObjectStoreOptions {
  std::string identity{"memory://store"};
  std::int64_t part_size{8 << 20};
  int page_size{1000};
  bool case_sensitive_keys{true};
};

// Objects in memory. Thread-safe.
class MemoryObjectStore final : public ObjectStore {
 public:
  explicit MemoryObjectStore(MemoryObjectStoreOptions options) : options_(std::move(options)) {}

  [[nodiscard]] StoreCapabilities capabilities() const override;

  [[nodiscard]] std::string identity() const override { return options_.identity; }

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
                              std::chrono::seconds lifetime) override;

  struct Object {
    std::string bytes{};
    std::string content_type{};
    int writes{0};  // how often this key was written

    friend bool operator==(const Object&, const Object&) = default;
  };

  // What is stored, by key. Whoever else has access to the store uses set() and erase().
  [[nodiscard]] std::map<std::string, Object> objects() const;
  void set(const std::string& key, std::string bytes);
  void erase(const std::string& key);

 private:
  class MemoryUpload;

  Result<Receipt> publish(const std::string& key, std::string bytes, const PutOptions& options);
  // The stored key that this one is the same as.
  [[nodiscard]] std::map<std::string, Object>::iterator find(const std::string& key);

  const MemoryObjectStoreOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, Object> objects_;  // guarded by mutex_
};

}  // namespace fmferry
