// SPDX-License-Identifier: Apache-2.0
#include <fmferry/localfs/folder_names.hpp>
#include <fmferry/localfs/folder_path.hpp>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace fmferry::localfs {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

NameKind kind_of(int folder, const dirent& entry) {
  if (entry.d_type == DT_REG) return NameKind::file;
  if (entry.d_type == DT_DIR) return NameKind::folder;
  if (entry.d_type != DT_UNKNOWN) return NameKind::other;

  struct stat info {};

  if (::fstatat(folder, entry.d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) return NameKind::other;
  if (S_ISREG(info.st_mode)) return NameKind::file;
  return S_ISDIR(info.st_mode) ? NameKind::folder : NameKind::other;
}

// The `room` smallest of the strings it was given.
class Smallest {
 public:
  explicit Smallest(std::size_t room) : room_(room) {}

  void add(std::string entry) {
    if (heap_.size() == room_) {
      dropped_ = true;
      if (entry >= heap_.front()) return;
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.pop_back();
    }
    heap_.push_back(std::move(entry));
    std::push_heap(heap_.begin(), heap_.end());
  }

  [[nodiscard]] bool dropped_any() const { return dropped_; }

  std::vector<std::string> take_sorted() {
    std::sort_heap(heap_.begin(), heap_.end());
    return std::move(heap_);
  }

 private:
  std::size_t room_;
  std::vector<std::string> heap_{};
  bool dropped_{false};
};

// Walks folders depth first. A folder is sorted as "name/", which makes the order of the walk the
// byte order of the keys.
class Walk {
 public:
  Walk(std::string prefix, std::string after, std::size_t limit)
      : prefix_(std::move(prefix)), after_(std::move(after)), limit_(limit) {}

  // False: the window is full and keys may be left.
  Result<bool> visit(int folder, const std::string& base) {
    std::string last;
    while (true) {
      if (keys_.size() >= limit_) return false;
      Smallest smallest(limit_ - keys_.size() + 1);
      FMF_TRY(for_each_name(folder, [&](std::string_view name, NameKind kind) {
        if (kind == NameKind::other || !check_key(name)) return;
        std::string entry = base + std::string(name);
        if (kind == NameKind::folder) entry += '/';
        if (entry > last && is_wanted(entry)) smallest.add(std::move(entry));
      }));
      const bool more = smallest.dropped_any();
      const std::vector<std::string> entries = smallest.take_sorted();
      for (const std::string& entry : entries) {
        FMF_TRY_ASSIGN(const bool room_left, take(folder, base, entry));
        if (!room_left) return false;
      }
      if (!more) return true;
      last = entries.back();  // folders without keys had taken the room
    }
  }

  std::vector<std::string> take_keys() { return std::move(keys_); }

 private:
  [[nodiscard]] bool is_wanted(const std::string& entry) const {
    if (entry.back() == '/') {
      if (!entry.starts_with(prefix_) && !prefix_.starts_with(entry)) return false;
      return entry > after_ || after_.starts_with(entry);
    }
    return entry.starts_with(prefix_) && entry > after_;
  }

  Result<bool> take(int folder, const std::string& base, const std::string& entry) {
    if (entry.back() != '/') {
      if (keys_.size() >= limit_) return false;
      keys_.push_back(entry);
      return true;
    }
    const std::string_view name =
        std::string_view(entry).substr(base.size(), entry.size() - base.size() - 1);
    Result<FileHandle> below = open_folder(folder, name, Missing::refuse);
    if (!below) {
      const bool vanished = below.error().kind == ErrorKind::not_found;
      if (vanished) return true;
      return fail(std::move(below).error());
    }
    return visit(below->get(), entry);
  }

  std::string prefix_;
  std::string after_;
  std::size_t limit_;
  std::vector<std::string> keys_{};
};

}  // namespace

Status for_each_name(int folder, const std::function<void(std::string_view, NameKind)>& visit) {
  // A descriptor of its own, as closedir() closes it and reading moves its position.
  FileHandle own(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!own.is_open()) return fail(folder_error("cannot read a folder of the store"));
  const std::unique_ptr<DIR, CloseFolder> stream(::fdopendir(own.get()));
  if (!stream) return fail(folder_error("cannot read a folder of the store"));
  own.release();
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(stream.get());
    if (entry == nullptr && errno != 0) {
      return fail(folder_error("cannot read a folder of the store"));
    }
    if (entry == nullptr) return {};
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") visit(name, kind_of(folder, *entry));
  }
}

Result<KeyWindow> list_keys(int root,
                            const std::string& prefix,
                            const std::string& after,
                            std::size_t limit) {
  const std::string start(split_key(prefix).folder);
  if (!start.empty()) FMF_TRY(check_key(start));
  Result<FileHandle> folder = open_folder(root, start, Missing::refuse);
  if (!folder) {
    if (folder.error().kind == ErrorKind::not_found) return KeyWindow{.keys = {}, .complete = true};
    return fail(std::move(folder).error());
  }
  Walk walk(prefix, after, limit);
  FMF_TRY_ASSIGN(const bool complete, walk.visit(folder->get(), start.empty() ? "" : start + "/"));
  return KeyWindow{.keys = walk.take_keys(), .complete = complete};
}

}  // namespace fmferry::localfs
