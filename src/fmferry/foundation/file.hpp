// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/result.hpp>

#include <filesystem>
#include <string>

namespace fmferry {

// An open file descriptor that closes itself.
class FileHandle {
 public:
  FileHandle() = default;

  explicit FileHandle(int descriptor) : descriptor_(descriptor) {}

  FileHandle(FileHandle&& other) noexcept : descriptor_(other.release()) {}

  FileHandle& operator=(FileHandle&& other) noexcept;
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle();

  [[nodiscard]] int get() const { return descriptor_; }

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }

  int release();

 private:
  int descriptor_{-1};
};

[[nodiscard]] Status write_all(int descriptor, ByteView bytes);
// The whole file; `limit` guards against a file that is not what it should be.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t limit = 64U << 20U);
// Replaces `path` in one step: temporary name beside it, fsync, rename, fsync of the folder.
[[nodiscard]] Status write_file(const std::filesystem::path& path,
                                ByteView bytes,
                                unsigned mode = 0600);
[[nodiscard]] Status sync_folder(const std::filesystem::path& folder);
// errno as an Error: ENOSPC, EACCES and their like get their own words.
[[nodiscard]] Error errno_error(std::string_view doing, const std::filesystem::path& path);

}  // namespace fmferry
