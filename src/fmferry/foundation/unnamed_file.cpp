// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/unnamed_file.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace fmferry {
namespace {

// Not /tmp, which may be memory.
std::string folder() {
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/var/tmp";
}

Error trouble(std::string_view doing) {
  Error error = errno_error(doing, folder());
  if (error.origin_code == ENOSPC || error.origin_code == EDQUOT) error.kind = ErrorKind::budget;
  if (error.kind == ErrorKind::not_found) error.kind = ErrorKind::internal;
  error.what += " (TMPDIR names another folder)";
  return error;
}

}  // namespace

Result<UnnamedFile> UnnamedFile::open() {
  std::string path = folder() + "/fmferry-XXXXXX";
  FileHandle file(::mkstemp(path.data()));
  if (!file.is_open()) return fail(trouble("cannot make a temporary file in"));
  if (::unlink(path.c_str()) != 0) return fail(trouble("cannot unlink a temporary file in"));
  ::fcntl(file.get(), F_SETFD, FD_CLOEXEC);
  return UnnamedFile(std::move(file));
}

Status UnnamedFile::append(ByteView bytes) {
  if (write_all(file_.get(), bytes)) return {};
  return fail(trouble("cannot write a temporary file in"));
}

Result<std::string> UnnamedFile::read(std::int64_t offset, std::size_t most) const {
  std::string bytes(most, '\0');
  std::size_t filled = 0;
  while (filled < most) {
    const ssize_t got = ::pread(file_.get(),
                                bytes.data() + filled,
                                most - filled,
                                offset + static_cast<std::int64_t>(filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(trouble("cannot read a temporary file in"));
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace fmferry
