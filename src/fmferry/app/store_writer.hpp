// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/digest.hpp>
#include <fmferry/ports/object_store.hpp>

#include <memory>
#include <optional>
#include <string>

namespace fmferry {

// A body of any length on its way to the store, which replaces what had its key. Keeps one part in
// memory. Destroyed before finish(), it leaves the store as it was.
class StoreWriter {
 public:
  // `store` must outlive the writer.
  StoreWriter(ObjectStore& store,
              std::string key,
              std::string content_type,
              const CallContext& context);

  Status add(ByteView bytes);
  Result<Receipt> finish();  // once; returns only after proof

 private:
  Status send_part();

  ObjectStore& store_;
  std::string key_;
  PutOptions options_;
  CallContext context_;
  std::size_t part_size_;
  std::string part_{};
  std::unique_ptr<Upload> upload_{};  // none as long as all of it fits into one part
  Hasher hasher_;
};

}  // namespace fmferry
