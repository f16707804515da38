// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/file.hpp>
#include <fmferry/foundation/kill_point.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace fmferry {

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileHandle::~FileHandle() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int FileHandle::release() {
  return std::exchange(descriptor_, -1);
}

Error errno_error(std::string_view doing, const std::filesystem::path& path) {
  const int code = errno;
  Error error{.kind = ErrorKind::internal,
              .what = std::string(doing) + " " + path.string() + ": " + std::strerror(code),
              .origin_code = code};
  if (code == EACCES || code == EPERM || code == EROFS) error.kind = ErrorKind::denied;
  if (code == ENOENT) error.kind = ErrorKind::not_found;
  return error;
}

Status write_all(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(errno_error("cannot write", "file"));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t limit) {
  const FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail(errno_error("cannot read", path));
  std::string content;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno_error("cannot read", path));
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) {
      return fail(ErrorKind::invalid, path.string() + " is larger than expected");
    }
  }
}

Status sync_folder(const std::filesystem::path& folder) {
  const FileHandle handle(::open(folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (!handle.is_open()) return fail(errno_error("cannot open", folder));
  // Some file systems refuse to sync a folder; there the rename is all that can be had.
  if (::fsync(handle.get()) != 0 && errno != EINVAL)
    return fail(errno_error("cannot sync", folder));
  return {};
}

Status write_file(const std::filesystem::path& path, ByteView bytes, unsigned mode) {
  const std::filesystem::path temporary = path.string() + "." + uuid_v4().substr(0, 8) + ".tmp";
  const FileHandle file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!file.is_open()) return fail(errno_error("cannot create", temporary));
  Status status = write_all(file.get(), bytes);
  if (status && ::fsync(file.get()) != 0) status = fail(errno_error("cannot sync", temporary));
  FMF_KILL_POINT("file.rename.before");
  if (status && ::rename(temporary.c_str(), path.c_str()) != 0) {
    status = fail(errno_error("cannot rename to", path));
  }
  FMF_KILL_POINT("file.rename.after");
  if (!status) {
    ::unlink(temporary.c_str());
    return status;
  }
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  return sync_folder(folder);
}

}  // namespace fmferry
