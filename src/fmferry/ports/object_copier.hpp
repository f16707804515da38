// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/object_store.hpp>

namespace fmferry {

// A store that copies an object to another key without its bytes coming by. An ObjectStore that can
// implements this besides; it is a port of its own because few stores can.
class ObjectCopier {
 public:
  virtual ~ObjectCopier() = default;

  // `etag` is the one that get() told of `from`. `conflict` when the object is another by now, or
  // when only_if_absent is set and `to` is taken. The copy gets the media type of `options`. The
  // receipt's proof is read_back and its SHA-256 the one in `options`: the caller has read `from`,
  // and the store has shown that the copy is the same. After probe(). Thread-safe.
  virtual Result<Receipt> copy(const std::string& from,
                               const std::string& etag,
                               const std::string& to,
                               const PutOptions& options,
                               const CallContext& context) = 0;
};

}  // namespace fmferry
