// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/file.hpp>

#include <filesystem>

namespace fmferry {

// A file that appears under its name only when it is whole; for its owner only (0600).
class Draft {
 public:
  explicit Draft(std::filesystem::path path);

  Status open();
  Status add(ByteView text);
  Status publish();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  FileHandle file_;
};

}  // namespace fmferry
