// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/localfs/folder_names.hpp>
#include <fmferry/localfs/folder_path.hpp>
#include <fmferry/localfs/local_folder_store.hpp>
#include <fmferry/localfs/pending_object.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

namespace fmferry {

using localfs::KeyParts;
using localfs::KeyWindow;
using localfs::Missing;
using localfs::PendingObject;
using localfs::Publish;

namespace {

constexpr std::size_t k_chunk = 256U << 10U;
constexpr std::size_t k_most_swept = 4096;
constexpr std::size_t k_sha256_size = 32;

Publish publish_how(const PutOptions& options) {
  return options.only_if_absent ? Publish::if_absent : Publish::replace;
}

// Proof and publication, the end of both ways to put.
Result<Receipt> prove_and_publish(PendingObject& pending,
                                  std::string_view name,
                                  const std::string& sha256,
                                  Publish how,
                                  const CallContext& context) {
  FMF_TRY_ASSIGN(std::string found, pending.seal(context));
  if (found != sha256) {
    return fail(ErrorKind::corrupt, "what was read back is not what was to be stored");
  }
  FMF_TRY(localfs::still_wanted(context));
  FMF_TRY(pending.publish(std::string(name), how));
  return Receipt{.length = pending.length(), .sha256 = std::move(found), .proof = Proof::read_back};
}

class FileUpload final : public Upload {
 public:
  FileUpload(PendingObject pending, std::string name, PutOptions options, std::int64_t part_size)
      : pending_(std::move(pending)),
        name_(std::move(name)),
        options_(std::move(options)),
        part_size_(part_size) {}

  Status write(ByteView part, const CallContext& context) override {
    FMF_TRY(localfs::still_wanted(context));
    const auto size = static_cast<std::int64_t>(part.size());
    if (closed_ || size > part_size_ || pending_.length() % part_size_ != 0) {
      return fail(ErrorKind::invalid, "each part but the last must have the store's part size");
    }
    Status written = pending_.write(part);
    closed_ = !written;
    return written;
  }

  Result<Receipt> finish(const std::string& sha256, const CallContext& context) override {
    if (std::exchange(closed_, true)) {
      return fail(ErrorKind::invalid, "this upload had failed or was finished before");
    }
    if (!options_.sha256.empty() && options_.sha256 != sha256) {
      return fail(ErrorKind::corrupt, "the body's SHA-256 is not the one that was announced");
    }
    return prove_and_publish(pending_, name_, sha256, publish_how(options_), context);
  }

 private:
  PendingObject pending_;
  std::string name_;
  PutOptions options_;
  std::int64_t part_size_;
  bool closed_{false};
};

Error plain_errno(const std::string& doing) {
  Error error = localfs::folder_error(doing);
  // A folder that can't be had is a matter of the configuration.
  if (error.origin_code == ENOENT || error.origin_code == ENOTDIR) error.kind = ErrorKind::invalid;
  return error;
}

bool name_exists(int folder, const std::string& name) {
  struct stat info {};

  return ::fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
}

// Makes a small file to find out what the file system can do, and takes it away again.
StoreCapabilities features_of(int folder, StoreCapabilities found) {
  const std::string name = localfs::temporary_name();
  const std::string other = localfs::temporary_name();
  const FileHandle file(
      ::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  found.case_sensitive_keys = !name_exists(folder, upper);
  found.conditional_put = ::linkat(folder, name.c_str(), folder, other.c_str(), 0) == 0;
  ::unlinkat(folder, other.c_str(), 0);
  ::unlinkat(folder, name.c_str(), 0);
  return found;
}

}  // namespace

LocalFolderStore::LocalFolderStore(LocalFolderOptions options)
    : options_(std::move(options)), capabilities_{.part_size = options_.part_size} {}

StoreCapabilities LocalFolderStore::capabilities() const {
  const std::scoped_lock lock(mutex_);
  return capabilities_;
}

std::string LocalFolderStore::identity() const {
  std::error_code ignored;
  const auto absolute = std::filesystem::absolute(options_.path, ignored);
  return "file://" + percent_encode(absolute.lexically_normal().string(), true);
}

Result<int> LocalFolderStore::root() {
  const std::scoped_lock lock(mutex_);
  if (!root_.is_open()) {
    FileHandle opened(::open(options_.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.is_open()) {
      return fail(plain_errno("cannot open the folder " + options_.path.string()));
    }
    root_ = std::move(opened);
  }
  return root_.get();
}

Status LocalFolderStore::make_root() {
  const std::filesystem::path& path = options_.path;
  if (path.empty()) return fail(ErrorKind::invalid, "the store's folder has no path");
  if (::mkdir(path.c_str(), 0700) == 0) {
    std::error_code ignored;
    const auto absolute = std::filesystem::absolute(path, ignored).lexically_normal();
    return sync_folder((absolute / ".").parent_path().parent_path());
  }
  if (errno == EEXIST) return {};
  if (errno == ENOENT || errno == ENOTDIR) {
    return fail(ErrorKind::invalid,
                "cannot make the folder " + path.string() +
                    ": the folder it should lie in is not there; make that one first");
  }
  return fail(plain_errno("cannot make the folder " + path.string()));
}

Status LocalFolderStore::try_to_write(int folder, const CallContext& context) {
  FMF_TRY_ASSIGN(FileHandle own, localfs::open_folder(folder, {}, Missing::refuse));
  FMF_TRY_ASSIGN(PendingObject pending, PendingObject::create(std::move(own)));
  const std::string body = uuid_v4();
  FMF_TRY(pending.write(body));
  FMF_TRY_ASSIGN(const std::string found, pending.seal(context));
  if (found != sha256(body)) {
    return fail(ErrorKind::corrupt, "the folder gave back other bytes than were written");
  }
  return {};
}

Status LocalFolderStore::probe(const CallContext& context) {
  FMF_TRY(localfs::still_wanted(context));
  FMF_TRY(make_root());
  FMF_TRY_ASSIGN(const int folder, root());
  Status written = try_to_write(folder, context);
  if (!written) return fail(std::move(written).error().at(options_.path.string()));
  const StoreCapabilities found = features_of(folder, capabilities());
  const std::scoped_lock lock(mutex_);
  capabilities_ = found;
  return {};
}

Result<FileHandle> LocalFolderStore::folder_for_put(std::string_view folder) {
  FMF_TRY_ASSIGN(const int top, root());
  FMF_TRY_ASSIGN(FileHandle opened, localfs::open_folder(top, folder, Missing::make));
  bool first = false;
  {
    const std::scoped_lock lock(mutex_);
    if (swept_.size() >= k_most_swept) swept_.clear();
    first = swept_.emplace(folder).second;
  }
  if (first) localfs::sweep(opened.get(), options_.sweep_age);
  return opened;
}

Result<Receipt> LocalFolderStore::put(const std::string& key,
                                      ByteView body,
                                      const PutOptions& options,
                                      const CallContext& context) {
  FMF_TRY(localfs::still_wanted(context));
  FMF_TRY(localfs::check_key(key));
  if (options.sha256.size() != k_sha256_size) {
    return fail(ErrorKind::invalid, "put() needs the body's SHA-256");
  }
  if (static_cast<std::int64_t>(body.size()) > options_.part_size) {
    return fail(ErrorKind::invalid, "a body of more than a part goes through begin()");
  }
  const KeyParts parts = localfs::split_key(key);
  FMF_TRY_ASSIGN(FileHandle folder, folder_for_put(parts.folder));
  // Saves the writing when the name is taken; publish() decides.
  if (options.only_if_absent && name_exists(folder.get(), std::string(parts.name))) {
    return fail(ErrorKind::conflict, "an object with this key is already there");
  }
  FMF_TRY_ASSIGN(PendingObject pending, PendingObject::create(std::move(folder)));
  FMF_TRY(pending.write(body));
  return prove_and_publish(pending, parts.name, options.sha256, publish_how(options), context);
}

Result<std::unique_ptr<Upload>> LocalFolderStore::begin(const std::string& key,
                                                        const PutOptions& options,
                                                        const CallContext& context) {
  FMF_TRY(localfs::still_wanted(context));
  FMF_TRY(localfs::check_key(key));
  const KeyParts parts = localfs::split_key(key);
  FMF_TRY_ASSIGN(FileHandle folder, folder_for_put(parts.folder));
  FMF_TRY_ASSIGN(PendingObject pending, PendingObject::create(std::move(folder)));
  return std::make_unique<FileUpload>(
      std::move(pending), std::string(parts.name), options, options_.part_size);
}

Result<FileHandle> LocalFolderStore::open_object(const std::string& key, ObjectInfo& info) {
  FMF_TRY(localfs::check_key(key));
  FMF_TRY_ASSIGN(const int top, root());
  const KeyParts parts = localfs::split_key(key);
  Result<FileHandle> folder = localfs::open_folder(top, parts.folder, Missing::refuse);
  if (!folder && folder.error().kind == ErrorKind::not_found) {
    return fail(ErrorKind::not_found, "no object with this key");
  }
  if (!folder) return folder;
  // O_NONBLOCK: a named pipe must not hold us.
  FileHandle file(::openat(folder->get(),
                           std::string(parts.name).c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open() && errno == ELOOP) {
    return fail(ErrorKind::invalid, "the key names a symbolic link; links are not followed");
  }
  if (!file.is_open() && errno == ENOENT) {
    return fail(ErrorKind::not_found, "no object with this key");
  }

  struct stat found {};

  if (!file.is_open() || ::fstat(file.get(), &found) != 0) {
    return fail(localfs::folder_error("cannot open an object"));
  }
  if (!S_ISREG(found.st_mode)) return fail(ErrorKind::not_found, "no object with this key");
  info.key = key;
  info.length = found.st_size;
  return file;
}

Result<ObjectInfo> LocalFolderStore::head(const std::string& key, const CallContext& context) {
  FMF_TRY(localfs::still_wanted(context));
  ObjectInfo info;
  FMF_TRY(open_object(key, info));
  return info;
}

Result<ObjectInfo> LocalFolderStore::get(const std::string& key,
                                         const ByteSink& sink,
                                         const CallContext& context) {
  ObjectInfo info;
  FMF_TRY_ASSIGN(const FileHandle file, open_object(key, info));
  std::vector<char> buffer(k_chunk);
  std::int64_t total = 0;
  while (true) {
    FMF_TRY(localfs::still_wanted(context));
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(localfs::folder_error("cannot read an object"));
    if (got == 0) break;
    total += got;
    FMF_TRY(sink({buffer.data(), static_cast<std::size_t>(got)}));
  }
  if (total != info.length) {
    return fail(ErrorKind::corrupt, "an object changed its length while it was read");
  }
  return info;
}

Result<LocalFolderStore::ReadAhead> LocalFolderStore::keys_after(const std::string& prefix,
                                                                 const std::string& token) {
  if (!token.empty()) {
    const std::scoped_lock lock(mutex_);
    if (read_ahead_.prefix == prefix && read_ahead_.token == token) {
      return std::exchange(read_ahead_, {});
    }
  }
  FMF_TRY_ASSIGN(const int top, root());
  const std::size_t limit = std::max(options_.window_size, options_.page_size);
  FMF_TRY_ASSIGN(KeyWindow window, localfs::list_keys(top, prefix, token, limit));
  return ReadAhead{.prefix = prefix,
                   .token = token,
                   .keys = std::move(window.keys),
                   .complete = window.complete};
}

Result<ListPage> LocalFolderStore::list(const std::string& prefix,
                                        const std::string& token,
                                        const CallContext& context) {
  FMF_TRY(localfs::still_wanted(context));
  FMF_TRY_ASSIGN(ReadAhead ahead, keys_after(prefix, token));
  const auto count = static_cast<std::ptrdiff_t>(std::min(ahead.keys.size(), options_.page_size));
  const auto rest = ahead.keys.begin() + count;
  ListPage page;
  for (auto key = ahead.keys.begin(); key != rest; ++key) {
    FMF_TRY(localfs::still_wanted(context));
    Result<ObjectInfo> info = head(*key, {});
    const bool vanished = !info && info.error().kind == ErrorKind::not_found;
    if (vanished) continue;
    if (!info) return fail(std::move(info).error());
    page.objects.push_back(std::move(*info));
  }
  if (rest == ahead.keys.end() && ahead.complete) return page;
  page.next = *std::prev(rest);
  if (rest != ahead.keys.end()) {
    ahead.keys.erase(ahead.keys.begin(), rest);
    ahead.token = page.next;
    const std::scoped_lock lock(mutex_);
    read_ahead_ = std::move(ahead);
  }
  return page;
}

Result<std::string> LocalFolderStore::presign(const std::string&,
                                              const std::string&,
                                              std::chrono::seconds) {
  return fail(ErrorKind::invalid, "a local folder has no presigned URLs; use an S3 store");
}

}  // namespace fmferry
