// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/result.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct magic_set;

namespace fmferry::media {

// libmagic's handles are not thread-safe and cost a database load each, so they are lent and come
// back. Thread-safe; holds as many handles as were ever in use at the same time.
class MagicPool {
 public:
  // `internal` when libmagic or its database is not there.
  static Result<std::shared_ptr<MagicPool>> open();

  // The media type of a body that begins with these bytes; "application/octet-stream" when libmagic
  // doesn't know.
  [[nodiscard]] std::string media_type_of(ByteView prefix);

 private:
  struct Close {
    void operator()(magic_set* handle) const;
  };

  using Handle = std::unique_ptr<magic_set, Close>;

  MagicPool() = default;
  static Result<Handle> load();
  Handle take();

  std::mutex mutex_;  // guards idle_
  std::vector<Handle> idle_{};
};

}  // namespace fmferry::media
