// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/file.hpp>
#include <fmferry/ports/object_store.hpp>

#include <chrono>
#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace fmferry {

struct LocalFolderOptions {
  std::filesystem::path path{};          // its parent must exist; probe() makes the folder itself
  std::int64_t part_size{8 << 20};       // bodies above this go through begin()
  std::size_t page_size{1000};           // keys a page of list()
  std::size_t window_size{50'000};       // keys looked up at once to serve the next pages
  std::chrono::seconds sweep_age{3600};  // leftovers of a killed run are removed when older
};

// Objects as files below one folder: key "a/b.jpg" is the file a/b.jpg, mode 0600. A body is
// written under a temporary name, synced, read back and hashed, and only then gets its name, so a
// name never stands for half a body. Symbolic links inside the folder are never followed or
// listed. Leftovers of a killed run (".fmferry-….tmp", an hour old and not locked by a living
// process) are removed from a folder when something is put into it for the first time.
//
// Where it differs from S3: a key can't be both an object and a folder of others; no media type is
// kept; the file system decides whether two keys that differ by case are two objects
// (capabilities().case_sensitive_keys, known after probe()). A list() that takes several pages
// sees the names of one moment for up to window_size keys; objects removed meanwhile are left out.
class LocalFolderStore final : public ObjectStore {
 public:
  explicit LocalFolderStore(LocalFolderOptions options);

  [[nodiscard]] StoreCapabilities capabilities() const override;
  [[nodiscard]] std::string identity() const override;  // "file:///path"
  Status probe(const CallContext& context) override;
  Result<Receipt> put(const std::string& key,
                      ByteView body,
                      const PutOptions& options,
                      const CallContext& context) override;
  Result<std::unique_ptr<Upload>> begin(const std::string& key,
                                        const PutOptions& options,
                                        const CallContext& context) override;
  Result<ObjectInfo> head(const std::string& key, const CallContext& context) override;
  Result<ObjectInfo> get(const std::string& key,
                         const ByteSink& sink,
                         const CallContext& context) override;
  Result<ListPage> list(const std::string& prefix,
                        const std::string& token,
                        const CallContext& context) override;
  Result<std::string> presign(const std::string& method,
                              const std::string& key,
                              std::chrono::seconds lifetime) override;

 private:
  // Keys that were looked up but not handed out yet, for the list() that comes with `token`.
  struct ReadAhead {
    std::string prefix{};
    std::string token{};
    std::vector<std::string> keys{};
    bool complete{false};
  };

  Result<int> root();
  Result<FileHandle> folder_for_put(std::string_view folder);
  Result<FileHandle> open_object(const std::string& key, ObjectInfo& info);
  Result<ReadAhead> keys_after(const std::string& prefix, const std::string& token);
  Status make_root();
  Status try_to_write(int folder, const CallContext& context);

  const LocalFolderOptions options_;
  mutable std::mutex mutex_;  // guards what follows
  FileHandle root_{};         // opened once, never closed: a remount can't swap the folder below us
  StoreCapabilities capabilities_{};
  std::set<std::string, std::less<>> swept_{};
  ReadAhead read_ahead_{};
};

}  // namespace fmferry
