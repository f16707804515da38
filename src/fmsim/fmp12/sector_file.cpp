// SPDX-License-Identifier: Apache-2.0
#include <fmsim/big_endian.hpp>
#include <fmsim/fmp12/sector_file.hpp>
#include <fmsim/random.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace fmsim::fmp12 {
namespace {

constexpr std::size_t k_together = 256 * k_sector;
constexpr std::size_t k_window = 64;

}  // namespace

SectorFile::SectorFile(const std::string& path) : path_(path) {
  constexpr mode_t k_mode = 0644;
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, k_mode);
  if (file_ < 0) fail();
}

SectorFile::~SectorFile() {
  if (file_ >= 0) ::close(file_);
}

void SectorFile::fail() const {
  throw std::runtime_error("cannot write " + path_ + ": " + std::strerror(errno));
}

void SectorFile::write(std::uint32_t sector, std::string_view bytes) {
  const std::size_t count = waiting_.size() / k_sector;
  if (sector != first_waiting_ + count || waiting_.size() >= k_together) {
    flush();
    first_waiting_ = sector;
  }
  waiting_ += bytes;
  waiting_.resize((waiting_.size() + k_sector - 1) / k_sector * k_sector);
}

void SectorFile::flush() {
  auto place = static_cast<off_t>(first_waiting_) * static_cast<off_t>(k_sector);
  std::string_view rest = waiting_;
  while (!rest.empty()) {
    const ssize_t done = ::pwrite(file_, rest.data(), rest.size(), place);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) fail();
    rest.remove_prefix(static_cast<std::size_t>(done));
    place += done;
  }
  waiting_.clear();
}

void SectorFile::close(std::uint32_t sectors) {
  flush();
  const auto length = static_cast<off_t>(sectors) * static_cast<off_t>(k_sector);
  if (::ftruncate(file_, length) != 0) fail();
  if (::close(file_) != 0) fail();
  file_ = -1;
}

std::string sector_bytes(const SectorHead& head, std::string_view payload) {
  std::string bytes;
  bytes.reserve(k_sector);
  put_32(bytes, 0);
  put_32(bytes, head.previous);
  put_32(bytes, head.next);
  put_16(bytes, head.level);
  put_16(bytes, static_cast<std::uint32_t>(k_payload - payload.size()));
  put_32(bytes, head.stamp);
  bytes += payload;
  bytes.resize(k_sector);
  return bytes;
}

std::uint32_t SectorNumbers::take() {
  if (!mixed_) return end_++;
  if (window_.empty()) open_window();
  const std::uint32_t number = window_.back();
  window_.pop_back();
  return number;
}

void SectorNumbers::open_window() {
  const bool first = end_ == 2;
  for (std::size_t i = 0; i < k_window; ++i) window_.push_back(end_++);
  for (std::size_t i = window_.size() - 1; i > 0; --i) {
    std::swap(window_[i], window_[mix(seed_ ^ (std::uint64_t{end_} << 8U) ^ i) % (i + 1)]);
  }
  // The first leaf shall not be where careless readers look for it.
  if (first && window_.back() == 2) std::swap(window_.front(), window_.back());
}

}  // namespace fmsim::fmp12
