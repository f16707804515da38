// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/draft.hpp>
#include <fmferry/foundation/kill_point.hpp>

#include <fcntl.h>
#include <unistd.h>

namespace fmferry {

Draft::Draft(std::filesystem::path path)
    : path_(std::move(path)), temporary_(path_.string() + ".tmp") {}

Status Draft::open() {
  file_ = FileHandle(::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file_.is_open()) return fail(errno_error("cannot create", temporary_));
  return {};
}

Status Draft::add(ByteView text) {
  return write_all(file_.get(), text);
}

Status Draft::publish() {
  if (::fsync(file_.get()) != 0) return fail(errno_error("cannot sync", temporary_));
  std::error_code error;
  FMF_KILL_POINT("draft.rename.before");
  std::filesystem::rename(temporary_, path_, error);
  FMF_KILL_POINT("draft.rename.after");
  if (error) return fail(ErrorKind::internal, "cannot rename to " + path_.string());
  return {};
}

}  // namespace fmferry
