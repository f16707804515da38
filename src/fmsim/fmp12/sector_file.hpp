// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fmsim::fmp12 {

inline constexpr std::size_t k_sector = 4096;
inline constexpr std::size_t k_sector_head = 20;
inline constexpr std::size_t k_payload = k_sector - k_sector_head;
inline constexpr std::uint32_t k_free_level = 0xFFFF;
inline constexpr std::uint32_t k_root = 1;

// The file as an array of sectors, written anywhere. Neighbours that come one after the other go
// out together. Throws std::runtime_error with a clear line when the file cannot be written.
class SectorFile {
 public:
  // Empties a file that is there.
  explicit SectorFile(const std::string& path);
  ~SectorFile();
  SectorFile(const SectorFile&) = delete;
  SectorFile& operator=(const SectorFile&) = delete;

  // `bytes` are at most a sector; what lacks is zeros.
  void write(std::uint32_t sector, std::string_view bytes);

  // Everything is in the file and its length is that of `sectors`.
  void close(std::uint32_t sectors);

 private:
  void flush();
  [[noreturn]] void fail() const;

  std::string path_;
  int file_{-1};
  std::string waiting_;
  std::uint32_t first_waiting_{0};
};

// What stands before a payload.
struct SectorHead {
  std::uint32_t previous{0};
  std::uint32_t next{0};
  std::uint32_t level{0};
  std::uint32_t stamp{0};
};

std::string sector_bytes(const SectorHead& head, std::string_view payload);

// Gives out sector numbers from 2 on: one after the other, or mixed within windows so that the
// order of the leaves is not that of the file.
class SectorNumbers {
 public:
  SectorNumbers(bool mixed, std::uint64_t seed) : mixed_(mixed), seed_(seed) {}

  std::uint32_t take();

  // Of those below end(), the numbers that nobody has taken.
  [[nodiscard]] const std::vector<std::uint32_t>& left() const { return window_; }

  [[nodiscard]] std::uint32_t end() const { return end_; }

 private:
  void open_window();

  bool mixed_;
  std::uint64_t seed_;
  std::uint32_t end_{2};
  std::vector<std::uint32_t> window_;
};

}  // namespace fmsim::fmp12
