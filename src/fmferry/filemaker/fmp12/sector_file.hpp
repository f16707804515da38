// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/encoding.hpp>
#include <fmferry/foundation/file.hpp>
#include <fmferry/foundation/result.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace fmferry::fmp12 {

inline constexpr std::size_t k_sector = 4096;
inline constexpr std::size_t k_sector_head = 20;
inline constexpr std::size_t k_payload = k_sector - k_sector_head;
inline constexpr std::uint32_t k_root = 1;
inline constexpr std::uint32_t k_highest_level = 16;
inline constexpr std::uint32_t k_free_level = 0xFFFF;

struct FileHeader {
  bool fp7{false};
  bool closed_cleanly{true};
  std::uint32_t commit_counter{0};
};

// One node of the tree. `payload` is borrowed from whoever read it.
struct Sector {
  std::uint32_t id{0};
  std::uint32_t previous{0};
  std::uint32_t next{0};
  std::uint32_t level{0};  // 0: a leaf; k_free_level: not in use
  std::uint32_t stamp{0};
  ByteView payload{};  // the used part
};

// The file as an array of sectors. Thread-safe.
class SectorFile {
 public:
  // Checks the header and the length; see Database::open for the errors.
  static Result<std::unique_ptr<SectorFile>> open(const std::filesystem::path& path);

  [[nodiscard]] const FileHeader& header() const { return header_; }

  [[nodiscard]] std::uint32_t count() const { return count_; }  // sectors, the header included

  [[nodiscard]] std::int64_t bytes() const { return std::int64_t{count_} * std::int64_t{k_sector}; }

  // Raw sectors first .. first+n-1 into `buffer`, which has room for them. They must exist.
  Status read(std::uint32_t first, std::uint32_t n, char* buffer) const;

  // Says why the sectors can't be a tree: damaged, or encrypted.
  [[nodiscard]] Error unreadable(const std::string& what) const;

 private:
  SectorFile() = default;
  Status check_header();

  FileHandle file_;
  FileHeader header_;
  std::uint32_t count_{0};
};

// Takes a raw sector apart. `corrupt` when its head makes no sense.
[[nodiscard]] Result<Sector> parse_sector(std::uint32_t id,
                                          ByteView raw,
                                          std::uint32_t sector_count);

// Sectors as a walk needs them: read ahead while they follow each other in the file. Not
// thread-safe; a sector is good until the next call.
class SectorReader {
 public:
  explicit SectorReader(const SectorFile& file) : file_(file) {}

  Result<Sector> get(std::uint32_t id);

 private:
  const SectorFile& file_;
  std::string buffer_;
  std::uint32_t first_{0};  // in the buffer
  std::uint32_t held_{0};   // how many
  std::uint32_t last_{0};   // asked for before
  std::uint32_t ahead_{1};  // to read next time
};

// "sector 117: what", as `corrupt`.
[[nodiscard]] Error broken(std::uint32_t sector, const std::string& what);

}  // namespace fmferry::fmp12
