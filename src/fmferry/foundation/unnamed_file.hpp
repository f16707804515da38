// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/file.hpp>

#include <cstdint>
#include <string>

namespace fmferry {

// A place on the disk for bytes that are wanted once more: in $TMPDIR, else /var/tmp, for its owner
// only and without a name, so that it is gone when it is closed and when the process is killed. A
// full disk is `budget`; all other trouble ends a run as well. Used by one thread at a time.
class UnnamedFile {
 public:
  static Result<UnnamedFile> open();

  Status append(ByteView bytes);
  // As many bytes from `offset` on as are there, `most` at most.
  [[nodiscard]] Result<std::string> read(std::int64_t offset, std::size_t most) const;

 private:
  explicit UnnamedFile(FileHandle file) : file_(std::move(file)) {}

  FileHandle file_;
};

}  // namespace fmferry
