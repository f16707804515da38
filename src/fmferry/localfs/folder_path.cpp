// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/localfs/folder_path.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace fmferry::localfs {
namespace {

constexpr std::size_t k_longest_key = 1024;
constexpr std::size_t k_longest_name = 255;
constexpr std::string_view k_temporary_start = ".fmferry-";
constexpr std::string_view k_temporary_end = ".tmp";

// Some network file systems take a backslash for a slash, so "..\\x" must not get through either.
bool has_dot_piece(std::string_view name) {
  while (true) {
    const std::size_t end = name.find('\\');
    const std::string_view piece = name.substr(0, end);
    if (piece == "." || piece == "..") return true;
    if (end == std::string_view::npos) return false;
    name.remove_prefix(end + 1);
  }
}

// Length of the well-formed UTF-8 sequence at the start of text; 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = at(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0U) != 0x80U) return 0;
  }
  const bool overlong = (lead == 0xe0 && at(1) < 0xa0) || (lead == 0xf0 && at(1) < 0x90);
  const bool surrogate = lead == 0xed && at(1) > 0x9f;
  const bool beyond = lead == 0xf4 && at(1) > 0x8f;
  return overlong || surrogate || beyond ? 0 : length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

Status check_component(std::string_view name) {
  if (name.empty()) return fail(ErrorKind::invalid, "the key has an empty component");
  if (has_dot_piece(name)) {
    return fail(ErrorKind::invalid, "the key has a \".\" or \"..\" component");
  }
  if (name.size() > k_longest_name) {
    return fail(ErrorKind::invalid, "a component of the key is longer than 255 bytes");
  }
  if (is_temporary_name(name)) {
    return fail(ErrorKind::invalid, "the key is a name that fmferry uses for temporary files");
  }
  return {};
}

bool is_symbolic_link(int folder, const std::string& name) {
  struct stat info {};

  return ::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode);
}

FileHandle open_here(int folder, const std::string& name) {
  return FileHandle(
      ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

Status make_here(int folder, const std::string& name) {
  if (::mkdirat(folder, name.c_str(), 0700) == 0) return sync_descriptor(folder);
  if (errno == EEXIST) return {};
  return fail(folder_error("cannot make a folder in the store"));
}

Error why_not_opened(int folder, const std::string& name, Missing missing) {
  const int code = errno;
  if (code != ENOENT && code != ENOTDIR && code != ELOOP) {
    return folder_error("cannot open a folder of the store");
  }
  if (is_symbolic_link(folder, name)) {
    return Error{.kind = ErrorKind::invalid,
                 .what = "a symbolic link stands in the key's path; links are not followed",
                 .origin_code = code};
  }
  if (missing == Missing::make) {
    return Error{.kind = ErrorKind::invalid,
                 .what = "a file stands where the key needs a folder",
                 .origin_code = code};
  }
  return Error{.kind = ErrorKind::not_found, .what = "no such folder", .origin_code = code};
}

Result<FileHandle> open_component(int folder, const std::string& name, Missing missing) {
  FileHandle next = open_here(folder, name);
  if (!next.is_open() && errno == ENOENT && missing == Missing::make) {
    FMF_TRY(make_here(folder, name));
    next = open_here(folder, name);
  }
  if (!next.is_open()) return fail(why_not_opened(folder, name, missing));
  return next;
}

}  // namespace

Status check_key(std::string_view key) {
  if (key.empty()) return fail(ErrorKind::invalid, "the key is empty");
  if (key.front() == '/') return fail(ErrorKind::invalid, "the key begins with a slash");
  if (key.size() > k_longest_key) {
    return fail(ErrorKind::invalid, "the key is longer than 1024 bytes");
  }
  if (key.find('\0') != std::string_view::npos)
    return fail(ErrorKind::invalid, "the key has a NUL");
  if (!is_utf8(key)) return fail(ErrorKind::invalid, "the key is not UTF-8");
  while (true) {
    const std::size_t slash = key.find('/');
    FMF_TRY(check_component(key.substr(0, slash)));
    if (slash == std::string_view::npos) return {};
    key.remove_prefix(slash + 1);
  }
}

std::string temporary_name() {
  return std::string(k_temporary_start) + uuid_v4() + std::string(k_temporary_end);
}

bool is_temporary_name(std::string_view name) {
  return name.starts_with(k_temporary_start) && name.ends_with(k_temporary_end);
}

KeyParts split_key(std::string_view key) {
  const std::size_t slash = key.rfind('/');
  if (slash == std::string_view::npos) return {.folder = {}, .name = key};
  return {.folder = key.substr(0, slash), .name = key.substr(slash + 1)};
}

Result<FileHandle> open_folder(int root, std::string_view folder, Missing missing) {
  FileHandle current = open_here(root, ".");
  if (!current.is_open()) return fail(folder_error("cannot open the store's folder"));
  while (!folder.empty()) {
    const std::size_t slash = folder.find('/');
    FMF_TRY_ASSIGN(FileHandle next,
                   open_component(current.get(), std::string(folder.substr(0, slash)), missing));
    current = std::move(next);
    folder.remove_prefix(slash == std::string_view::npos ? folder.size() : slash + 1);
  }
  return current;
}

Status still_wanted(const CallContext& context) {
  if (context.stop.stop_requested()) return fail(ErrorKind::cancelled, "asked to stop");
  if (context.deadline && std::chrono::steady_clock::now() >= *context.deadline) {
    return fail(ErrorKind::timeout, "the time allowed for this call is over");
  }
  return {};
}

Error folder_error(std::string_view doing) {
  const int code = errno;
  Error error{.what = std::string(doing) + ": " + std::strerror(code), .origin_code = code};
  if (code == EACCES || code == EPERM || code == EROFS) error.kind = ErrorKind::denied;
  // There may be more room later.
  if (code == ENOSPC || code == EDQUOT) error.kind = ErrorKind::budget;
  if (code == ENOSPC) error.what = std::string(doing) + ": the disk is full";
  if (code == EDQUOT) error.what = std::string(doing) + ": the disk quota is used up";
  if (code == ENOENT) error.kind = ErrorKind::not_found;
  return error;
}

Status sync_descriptor(int descriptor) {
#ifdef F_FULLFSYNC
  // On macOS fsync() leaves the data in the drive's cache.
  if (::fcntl(descriptor, F_FULLFSYNC) == 0) return {};
#endif
  // Some file systems refuse to sync a folder; there the rename is all that can be had.
  if (::fsync(descriptor) == 0 || errno == EINVAL) return {};
  return fail(folder_error("cannot sync to the disk"));
}

}  // namespace fmferry::localfs
