// SPDX-License-Identifier: Apache-2.0
#include "slow_disk.hpp"

#include <sqlite3.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

namespace fmferry::testing_support {
namespace {

// SQLite calls back without any object of ours, so this state is of the whole program.
std::atomic<std::int64_t> sync_count{0};
std::atomic<std::int64_t> sync_microseconds{0};
sqlite3_vfs* usual = nullptr;

// A copy of the usual disk's table of functions, but for the sync.
struct SlowMethods {
  sqlite3_io_methods table;  // first, so that a file's table leads to the rest
  const sqlite3_io_methods* fast;
};

int slow_sync(sqlite3_file* file, int flags) {
  ++sync_count;
  std::this_thread::sleep_for(std::chrono::microseconds(sync_microseconds));
  return reinterpret_cast<const SlowMethods*>(file->pMethods)->fast->xSync(file, flags);
}

// One table for each of the usual ones; they live as long as the program.
const sqlite3_io_methods* slowed(const sqlite3_io_methods* fast) {
  static std::mutex mutex;
  static std::map<const sqlite3_io_methods*, std::unique_ptr<SlowMethods>> made;
  const std::scoped_lock lock(mutex);
  auto& slow = made[fast];
  if (!slow) {
    slow = std::make_unique<SlowMethods>(SlowMethods{.table = *fast, .fast = fast});
    slow->table.xSync = slow_sync;
  }
  return &slow->table;
}

int slow_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* given) {
  const int result = usual->xOpen(usual, name, file, flags, given);
  if (result == SQLITE_OK && file->pMethods != nullptr) file->pMethods = slowed(file->pMethods);
  return result;
}

sqlite3_vfs& slow_vfs() {
  static sqlite3_vfs vfs = [] {
    usual = sqlite3_vfs_find(nullptr);
    sqlite3_vfs made = *usual;
    made.pNext = nullptr;
    made.zName = "slow";
    made.xOpen = slow_open;
    return made;
  }();
  return vfs;
}

}  // namespace

SlowDisk::SlowDisk(std::chrono::microseconds a_sync) {
  sync_count = 0;
  sync_microseconds = a_sync.count();
  sqlite3_vfs_register(&slow_vfs(), 1);
}

SlowDisk::~SlowDisk() {
  sqlite3_vfs_register(usual, 1);
  sqlite3_vfs_unregister(&slow_vfs());
}

std::int64_t SlowDisk::syncs() {
  return sync_count;
}

}  // namespace fmferry::testing_support
