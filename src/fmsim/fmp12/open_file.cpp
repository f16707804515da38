// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fmp12/opcode.hpp>
#include <fmsim/fmp12/open_file.hpp>
#include <fmsim/fmp12/sector_file.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace fmsim::fmp12 {
namespace {

constexpr std::size_t k_next_at = 8;
constexpr std::size_t k_level_at = 12;
constexpr std::size_t k_unused_at = 14;

std::size_t start_of(std::uint32_t sector) {
  return std::size_t{sector} * k_sector;
}

}  // namespace

OpenFile::OpenFile(const std::string& path) : path_(path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) throw std::runtime_error("cannot open " + path);

  struct stat status {};

  if (::fstat(file, &status) == 0) size_ = static_cast<std::size_t>(status.st_size);
  void* mapped = MAP_FAILED;
  if (size_ > 0) mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (mapped == MAP_FAILED) throw std::runtime_error("cannot map " + path);
  data_ = static_cast<char*>(mapped);
}

OpenFile::~OpenFile() {
  ::munmap(data_, size_);
}

void OpenFile::fail() const {
  throw std::runtime_error(path_ + " is not a sound FileMaker file");
}

std::string_view OpenFile::view(std::size_t at, std::size_t size) const {
  if (at > size_ || size_ - at < size) fail();
  return {data_ + at, size};
}

std::uint32_t OpenFile::number_at(std::size_t at, std::size_t bytes) const {
  std::uint32_t number = 0;
  for (const char byte : view(at, bytes)) {
    number = (number << 8U) | static_cast<unsigned char>(byte);
  }
  return number;
}

void OpenFile::put_number(std::size_t at, std::size_t bytes, std::uint32_t number) {
  static_cast<void>(view(at, bytes));
  for (std::size_t i = bytes; i > 0; --i) {
    data_[at + i - 1] = static_cast<char>(number & 0xFFU);
    number >>= 8U;
  }
}

std::size_t OpenFile::payload_end(std::uint32_t sector) const {
  const std::uint32_t unused = number_at(start_of(sector) + k_unused_at, 2);
  if (unused > k_payload) fail();
  return start_of(sector) + k_sector - unused;
}

// Sizes are checked here against `end`; what is wrong otherwise shows in a wrong end.
Operation OpenFile::operation_at(std::size_t at, std::size_t end, bool inner) const {
  constexpr std::array<std::size_t, 6> k_fixed{0, 1, 2, 4, 6, 8};
  Operation found;
  found.at = at;
  const std::uint32_t code = number_at(at++, 1);
  if (!inner && (code == k_begin_code || code == k_end_code)) {
    found.what = code == k_begin_code ? Operation::What::begin : Operation::What::end;
    found.size = 1;
    return found;
  }
  std::size_t key = ((code >> 3U) & 3U) + 1;
  if (key == 4) {
    key = number_at(at++, 1);
    if (key == 0) ++at;  // an inner node's mark for start or end
  }
  found.key = view(at, key);
  at += key;
  if ((code & 0x20U) != 0) {
    found.what = Operation::What::push;
  } else {
    const std::uint32_t form = code & 7U;
    std::size_t value = form < k_fixed.size() ? k_fixed[form] : 0;
    if (form >= k_fixed.size()) {
      found.length = at;
      value = number_at(at, form - 5);
      at += form - 5;
    }
    found.value = view(at, value);
    at += value;
  }
  found.size = at - found.at;
  if (at > end) fail();
  return found;
}

void OpenFile::add_child_places(std::uint32_t sector, std::vector<std::size_t>& places) const {
  const std::uint32_t level = number_at(start_of(sector) + k_level_at, 2);
  const std::size_t end = payload_end(sector);
  for (std::size_t at = start_of(sector) + k_sector_head; at < end;) {
    const Operation found = operation_at(at, end, true);
    at += found.size;
    if (found.what != Operation::What::entry) continue;
    const std::size_t place = at - found.value.size();
    places.push_back(place);
    if (level > 1 && places.size() < sectors()) add_child_places(number_at(place, 4), places);
  }
}

std::vector<std::size_t> OpenFile::child_places() const {
  std::vector<std::size_t> places;
  add_child_places(k_root, places);
  return places;
}

std::vector<std::uint32_t> OpenFile::leaves() const {
  std::uint32_t sector = k_root;
  while (number_at(start_of(sector) + k_level_at, 2) > 0) {
    const std::size_t end = payload_end(sector);
    std::size_t at = start_of(sector) + k_sector_head;
    Operation found = operation_at(at, end, true);
    while (found.what == Operation::What::push) {
      at += found.size;
      found = operation_at(at, end, true);
    }
    sector = number_at(at + found.size - 4, 4);
  }
  std::vector<std::uint32_t> chain;
  for (; sector != 0; sector = number_at(start_of(sector) + k_next_at, 4)) {
    chain.push_back(sector);
    if (chain.size() > sectors()) fail();
  }
  return chain;
}

void OpenFile::walk(const Visit& visit) const {
  for (const std::uint32_t leaf : leaves()) {
    Path path;
    const std::size_t end = payload_end(leaf);
    for (std::size_t at = start_of(leaf) + k_sector_head; at < end;) {
      Operation found = operation_at(at, end, false);
      found.leaf = leaf;
      visit(path, found);
      if (found.what == Operation::What::push) path.push_back(found.key);
      if (found.what == Operation::What::end && !path.empty()) path.pop_back();
      at += found.size;
    }
  }
}

}  // namespace fmsim::fmp12
