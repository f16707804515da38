// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memory_file.hpp"
#include "whole_export.hpp"

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace fmferry::testing_support {

// How the reader met a number of damages.
struct DamageTally {
  int detected{0};                   // an error ended the export, or gave up what was hit
  int harmless{0};                   // what was exported is what was exported before
  std::vector<std::string> slips{};  // other bytes, or fewer values, and nothing was said

  void add(const DamageTally& other);
  [[nodiscard]] std::string summary() const;  // "512 detected, 488 harmless, 0 slipped"
};

// One file, to be damaged in one place, exported and mended, over and over.
class DamagedFile {
 public:
  DamagedFile(std::string name, std::string bytes);

  [[nodiscard]] std::size_t sectors() const { return bytes_.size() / 4096; }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

  // `what` names the damage should it slip through.
  void overwrite(std::size_t offset, ByteView with, const std::string& what);
  void cut(std::size_t length, const std::string& what);
  // Several places at once, as {offset, bytes}.
  void overwrite_all(const std::vector<std::pair<std::size_t, std::string>>& places,
                     const std::string& what);

  // The sectors that an export reads: those whose loss it notices. Slow at first.
  [[nodiscard]] const std::vector<std::size_t>& sectors_that_matter();

  [[nodiscard]] const DamageTally& tally() const { return tally_; }

 private:
  void judge(const std::string& what);
  bool is_noticed_when_lost(std::size_t sector);

  std::string name_;
  std::string bytes_;
  MemoryFile file_;
  Exported truth_;
  std::vector<std::size_t> that_matter_;
  DamageTally tally_;
};

// Damages without knowledge of the format.
void overwrite_sectors(DamagedFile& file, int times, std::mt19937_64& random);  // with noise
void misplace_sectors(DamagedFile& file, int times, std::mt19937_64& random);   // zeros, copies
void flip_bits(DamagedFile& file, int times, std::mt19937_64& random);
void flip_bits_that_matter(DamagedFile& file, int times, std::mt19937_64& random);
// Damages that know where the links, levels and lengths are.
void twist_structure(DamagedFile& file, int times, std::mt19937_64& random);

}  // namespace fmferry::testing_support
