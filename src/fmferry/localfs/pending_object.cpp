// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/kill_point.hpp>
#include <fmferry/localfs/folder_names.hpp>
#include <fmferry/localfs/folder_path.hpp>
#include <fmferry/localfs/pending_object.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <mutex>
#include <vector>

namespace fmferry::localfs {
namespace {

constexpr std::size_t k_chunk = 256U << 10U;

// So that the read-back comes from the disk and not from memory, where the system offers it.
void forget_cached_pages(int descriptor) {
#if defined(POSIX_FADV_DONTNEED)
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
#elif defined(F_NOCACHE)
  ::fcntl(descriptor, F_NOCACHE, 1);
#else
  static_cast<void>(descriptor);
#endif
}

bool has_no_hard_links(int code) {
  return code == EPERM || code == EOPNOTSUPP || code == ENOTSUP || code == ENOSYS || code == EMLINK;
}

Error name_is_taken() {
  return Error{.kind = ErrorKind::conflict, .what = "an object with this key is already there"};
}

Status rename_to(int folder, const std::string& from, const std::string& to) {
  if (::renameat(folder, from.c_str(), folder, to.c_str()) == 0) return {};
  if (errno == EISDIR || errno == ENOTEMPTY || errno == EEXIST) {
    return fail(ErrorKind::invalid, "a folder stands where the key needs a file");
  }
  return fail(folder_error("cannot rename to the object's name"));
}

Status checked_rename(int folder, const std::string& from, const std::string& to) {
  static std::mutex look_and_rename;
  const std::scoped_lock lock(look_and_rename);

  struct stat info {};

  if (::fstatat(folder, to.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) return fail(name_is_taken());
  if (errno != ENOENT) return fail(folder_error("cannot look for the object's name"));
  return rename_to(folder, from, to);
}

Status link_to(int folder, const std::string& from, const std::string& to) {
  if (::linkat(folder, from.c_str(), folder, to.c_str(), 0) == 0) return {};
  if (errno == EEXIST) return fail(name_is_taken());
  if (has_no_hard_links(errno)) return checked_rename(folder, from, to);
  return fail(folder_error("cannot give the object its name"));
}

bool is_abandoned(int folder, const std::string& name, std::chrono::seconds age) {
  const FileHandle file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));

  struct stat info {};

  if (!file.is_open() || ::fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  if (std::time(nullptr) - info.st_mtime < age.count()) return false;
  return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
}

}  // namespace

Result<PendingObject> PendingObject::create(FileHandle folder) {
  std::string name = temporary_name();
  FileHandle file(::openat(
      folder.get(), name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return fail(folder_error("cannot create a file in the store"));
  // Where locks don't work, the file's age alone protects it from sweep().
  ::flock(file.get(), LOCK_EX | LOCK_NB);
  FMF_KILL_POINT("folder.create.after");
  return PendingObject(std::move(folder), std::move(file), std::move(name));
}

PendingObject::~PendingObject() {
  if (folder_.is_open()) ::unlinkat(folder_.get(), name_.c_str(), 0);
}

Status PendingObject::write(ByteView bytes) {
  FMF_KILL_POINT("folder.write.before");
  if (!write_all(file_.get(), bytes)) return fail(folder_error("cannot write to the store"));
  FMF_KILL_POINT("folder.write.after");
  length_ += static_cast<std::int64_t>(bytes.size());
  return {};
}

Result<std::string> PendingObject::seal(const CallContext& context) {
  FMF_TRY(sync_descriptor(file_.get()));
  FMF_KILL_POINT("folder.sync.after");
  forget_cached_pages(file_.get());
  Hasher hasher;
  std::vector<char> buffer(k_chunk);
  std::int64_t offset = 0;
  while (true) {
    FMF_TRY(still_wanted(context));
    const ssize_t got = ::pread(file_.get(), buffer.data(), buffer.size(), offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(folder_error("cannot read back what was written"));
    if (got == 0) break;
    hasher.update({buffer.data(), static_cast<std::size_t>(got)});
    offset += got;
  }
  return hasher.finish();
}

Status PendingObject::publish(const std::string& name, Publish how) {
  FMF_KILL_POINT("folder.publish.before");
  switch (how) {
    case Publish::if_absent:
      FMF_TRY(link_to(folder_.get(), name_, name));
      break;
    case Publish::replace:
      FMF_TRY(rename_to(folder_.get(), name_, name));
      break;
  }
  FMF_KILL_POINT("folder.publish.named");
  // After a rename there is nothing to unlink, and ENOENT is as good as done.
  ::unlinkat(folder_.get(), name_.c_str(), 0);
  Status synced = sync_descriptor(folder_.get());
  if (!synced) synced.error().kind = ErrorKind::in_doubt;
  FMF_KILL_POINT("folder.publish.after");
  folder_ = FileHandle();
  return synced;
}

void sweep(int folder, std::chrono::seconds age) {
  std::vector<std::string> found;
  const Status read = for_each_name(folder, [&found](std::string_view name, NameKind) {
    if (is_temporary_name(name)) found.emplace_back(name);
  });
  if (!read) return;
  for (const std::string& name : found) {
    if (is_abandoned(folder, name, age)) ::unlinkat(folder, name.c_str(), 0);
  }
}

}  // namespace fmferry::localfs
