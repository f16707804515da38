// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/digest.hpp>
#include <fmferry/ports/object_store.hpp>
#include <fmferry/ports/source.hpp>

#include <functional>
#include <string>

namespace fmferry {

// Raw digests of one body.
struct Digests {
  std::string sha256{};
  std::string md5{};
  std::int64_t length{0};
};

// Takes both digests of one body.
class TwoHashers {
 public:
  ByteSink sink() {
    return [this](ByteView bytes) -> Status {
      sha256_.update(bytes);
      md5_.update(bytes);
      length_ += static_cast<std::int64_t>(bytes.size());
      return {};
    };
  }

  Digests finish() { return {.sha256 = sha256_.finish(), .md5 = md5_.finish(), .length = length_}; }

 private:
  Hasher sha256_;
  Hasher md5_{HashAlgorithm::md5};
  std::int64_t length_{0};
};

// Reads an object, begun anew (with a new sink from `begin`) after each outage of the store and
// each answer that was cut off on its way. `corrupt` when the store answers but fails on this
// object again and again.
[[nodiscard]] Result<ObjectInfo> get_patiently(ObjectStore& store,
                                               const std::string& key,
                                               const std::function<ByteSink()>& begin,
                                               const CallContext& context);

// The SHA-256 of an object by reading it, patiently.
[[nodiscard]] Result<std::string> read_back_patiently(ObjectStore& store,
                                                      const std::string& key,
                                                      const CallContext& context);

// The same with both digests; FileMaker's own checksum is an MD5.
[[nodiscard]] Result<Digests> digests_in_store(ObjectStore& store,
                                               const std::string& key,
                                               const CallContext& context);

// The same of a container at the source. `not_found` when it holds no file any more.
[[nodiscard]] Result<Digests> digests_at_source(Source& source,
                                                const Record& record,
                                                const std::string& field,
                                                const CallContext& context);

}  // namespace fmferry
