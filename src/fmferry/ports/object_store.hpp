// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/ports/sink.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fmferry {

// How a store confirmed that it holds the bytes we sent (design: promise 2).
enum class Proof {
  checksum,     // it returned the SHA-256 it computed itself
  signed_hash,  // it demonstrably refuses a wrong payload hash, and its ETag is the bytes' MD5
  read_back,    // the object was read again and hashed
};

[[nodiscard]] std::string_view name_of(Proof proof);

struct StoreCapabilities {
  Proof proof{Proof::read_back};  // the best rung that probe() found
  bool conditional_put{false};    // refuses to overwrite when asked to, in one step
  bool presign{false};
  bool case_sensitive_keys{true};
  std::int64_t part_size{8 << 20};  // bodies above this go through begin()
};

struct PutOptions {
  std::string content_type{"application/octet-stream"};
  std::string
      sha256{};  // raw; of the whole body. Empty only for begin(), where it is not known yet
  bool only_if_absent{true};
};

struct Receipt {
  std::int64_t length{0};
  std::string sha256{};  // raw; what the store is now known to hold
  std::string etag{};    // as the store gave it, without quotes; may be empty
  Proof proof{Proof::read_back};
};

struct ObjectInfo {
  std::string key{};
  std::int64_t length{0};
  std::string etag{};
  std::string content_type{};  // empty where a listing does not tell
  std::string sha256{};        // raw; empty when the store does not know it
};

struct ListPage {
  std::vector<ObjectInfo> objects{};
  std::string next{};  // empty: this was the last page
};

// A large body on its way. Destroying it unfinished leaves no object and gives up the parts.
class Upload {
 public:
  virtual ~Upload() = default;
  // Parts in order; each but the last of exactly part_size bytes.
  virtual Status write(ByteView part, const CallContext& context) = 0;
  // Publishes the object and proves it; sha256 (raw) is that of all bytes written.
  virtual Result<Receipt> finish(const std::string& sha256, const CallContext& context) = 0;
};

// Where the objects go. All calls are thread-safe and block. Keys are UTF-8 without a leading
// slash. There is no delete. Errors: `conflict` when only_if_absent was set and the key exists;
// `corrupt` when the store holds or received other bytes than were sent (it then holds the old
// object or none); `denied` for rights; `invalid` for a missing bucket or an impossible key.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  [[nodiscard]] virtual StoreCapabilities capabilities() const = 0;
  // "s3://bucket/prefix" or "file:///path": for people and for the ledger. No credentials.
  [[nodiscard]] virtual std::string identity() const = 0;
  // Finds out once what the store can do and that we may write; leaves at most one small object
  // under `.fmferry/`. Must be called before put().
  virtual Status probe(const CallContext& context) = 0;
  // One body of at most part_size bytes; returns only after proof.
  virtual Result<Receipt> put(const std::string& key,
                              ByteView body,
                              const PutOptions& options,
                              const CallContext& context) = 0;
  virtual Result<std::unique_ptr<Upload>> begin(const std::string& key,
                                                const PutOptions& options,
                                                const CallContext& context) = 0;
  virtual Result<ObjectInfo> head(const std::string& key, const CallContext& context) = 0;
  virtual Result<ObjectInfo> get(const std::string& key,
                                 const ByteSink& sink,
                                 const CallContext& context) = 0;
  // One page of the keys that begin with prefix, in byte order; `token` is the last page's `next`.
  virtual Result<ListPage> list(const std::string& prefix,
                                const std::string& token,
                                const CallContext& context) = 0;
  // A URL that lets its holder GET or PUT this key until it runs out. `invalid` where the store
  // has no such thing.
  virtual Result<std::string> presign(const std::string& method,
                                      const std::string& key,
                                      std::chrono::seconds lifetime) = 0;
};

}  // namespace fmferry
