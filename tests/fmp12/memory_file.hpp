// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/file.hpp>

#include <cstddef>
#include <filesystem>

namespace fmferry::testing_support {

// A file in memory that has a path, to damage and mend thousands of times. Throws when the system
// has no memory for it.
class MemoryFile {
 public:
  explicit MemoryFile(ByteView bytes);

  [[nodiscard]] std::filesystem::path path() const;  // as long as this lives
  void write(std::size_t offset, ByteView bytes);
  void resize(std::size_t length);

 private:
  FileHandle file_;
};

}  // namespace fmferry::testing_support
