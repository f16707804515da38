// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/unnamed_file.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace fmferry {

// How a body's key is found.
struct BodyNaming {
  std::function<std::string(const std::string& extension, const std::string& sha256)> key_of{};
  // Where the ledger says that an older object of this record lies; only that key may be
  // overwritten. Empty: none.
  std::string own_key{};
  bool by_hash{false};  // key_of looks at the hash, so there is no key before the last byte
};

// Takes one container's bytes as they come from the source: hashes them once, looks at what they
// are, keeps up to one part in memory, and streams what is larger to the store part by part; or to
// an unnamed file, where the key is made of the hash. Used by one thread.
class Body {
 public:
  // The store must outlive the body.
  Body(ObjectStore& store,
       std::unique_ptr<ContentInspector> inspector,
       BodyNaming naming,
       CallContext context);

  Status take(ByteView bytes);

  // All bytes came. What they are, and their hash.
  struct Facts {
    Inspection inspection{};
    std::string sha256{};  // raw
    std::int64_t length{0};
    std::string key{};
  };

  [[nodiscard]] const Facts& close();

  // The bytes, when they fit into one part; else they wait elsewhere for publish().
  [[nodiscard]] bool in_memory() const { return !large_; }

  // The body keeps them.
  [[nodiscard]] ByteView bytes() const { return buffer_; }

  // How the object is to be put; after close().
  [[nodiscard]] PutOptions put_options() const;

  // An error of take() that is the store's and not the source's.
  [[nodiscard]] const std::optional<Error>& store_error() const { return store_error_; }

  // Large bodies: makes the object visible and proven. `conflict` when the key is taken.
  Result<Receipt> publish();

 private:
  Status go_large();
  Status send_full_parts();
  Status put_aside();
  Status send_what_was_put_aside();
  [[nodiscard]] PutOptions options_for(const Inspection& inspection) const;

  ObjectStore& store_;
  std::unique_ptr<ContentInspector> inspector_;
  BodyNaming naming_;
  CallContext context_;
  std::size_t part_size_;
  Hasher hasher_;
  std::string buffer_;
  bool large_{false};
  std::unique_ptr<Upload> upload_;    // large, and the key was free
  std::optional<UnnamedFile> aside_;  // large, and by hash
  std::optional<Error> store_error_;
  Facts facts_;
};

}  // namespace fmferry
