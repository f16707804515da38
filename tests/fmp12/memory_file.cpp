// SPDX-License-Identifier: Apache-2.0
#include "memory_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace fmferry::testing_support {
namespace {

void must(bool done) {
  if (!done) throw std::system_error(errno, std::generic_category(), "a file in memory");
}

}  // namespace

MemoryFile::MemoryFile(ByteView bytes) : file_(::memfd_create("fmp12", MFD_CLOEXEC)) {
  must(file_.is_open());
  write(0, bytes);
}

std::filesystem::path MemoryFile::path() const {
  return "/proc/self/fd/" + std::to_string(file_.get());
}

void MemoryFile::write(std::size_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const auto done = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    must(done > 0);
    bytes.remove_prefix(static_cast<std::size_t>(done));
    offset += static_cast<std::size_t>(done);
  }
}

void MemoryFile::resize(std::size_t length) {
  must(::ftruncate(file_.get(), static_cast<off_t>(length)) == 0);
}

}  // namespace fmferry::testing_support
