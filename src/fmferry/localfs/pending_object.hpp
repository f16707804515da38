// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/clock.hpp>
#include <fmferry/foundation/file.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace fmferry::localfs {

enum class Publish {
  // By hard link, which refuses an existing name in one step. On a file system without hard links
  // it looks and then renames: safe within this process only.
  if_absent,
  replace,  // by rename
};

// A body on its way to its name: a temporary file in the folder where the object will be, locked
// while it is written, so that sweep() can tell it from the leftovers of a killed run. Destroying
// it removes the temporary name.
class PendingObject {
 public:
  // Takes the open folder the object will lie in.
  static Result<PendingObject> create(FileHandle folder);

  PendingObject(PendingObject&&) noexcept = default;
  PendingObject& operator=(PendingObject&&) = delete;
  PendingObject(const PendingObject&) = delete;
  PendingObject& operator=(const PendingObject&) = delete;
  ~PendingObject();

  Status write(ByteView bytes);
  // Syncs the file and gives the SHA-256 (raw) of what is read back from the disk.
  Result<std::string> seal(const CallContext& context);
  // Gives the sealed file its name and syncs the folder. `conflict` when the name is taken;
  // `in_doubt` when only the last sync failed.
  Status publish(const std::string& name, Publish how);

  [[nodiscard]] std::int64_t length() const { return length_; }

 private:
  PendingObject(FileHandle folder, FileHandle file, std::string name)
      : folder_(std::move(folder)), file_(std::move(file)), name_(std::move(name)) {}

  FileHandle folder_;
  FileHandle file_;
  std::string name_;
  std::int64_t length_{0};
};

// Removes our temporary files from this folder (not from those below) that are older than `age`
// and that no process holds locked. What can't be removed is left for the next time.
void sweep(int folder, std::chrono::seconds age);

}  // namespace fmferry::localfs
