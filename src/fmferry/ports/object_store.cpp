// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/ports/object_store.hpp>

namespace fmferry {

std::string_view name_of(Proof proof) {
  switch (proof) {
    case Proof::checksum:
      return "checksum";
    case Proof::signed_hash:
      return "signed_hash";
    case Proof::read_back:
      return "read_back";
  }
  return "read_back";
}

Result<std::string> read_back_sha256(ObjectStore& store,
                                     const std::string& key,
                                     const CallContext& context) {
  Hasher hasher;
  const ByteSink sink = [&hasher](ByteView bytes) -> Status {
    hasher.update(bytes);
    return {};
  };
  FMF_TRY(store.get(key, sink, context));
  return hasher.finish();
}

}  // namespace fmferry
