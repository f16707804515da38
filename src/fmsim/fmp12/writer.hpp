// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/inner_nodes.hpp>
#include <fmsim/fmp12/sector_file.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fmsim::fmp12 {

// How a file is laid out; what it says does not change with it.
struct FileOptions {
  bool fp7{false};                    // FileMaker 7 to 11
  bool mixed{false};                  // leaves in any order, some sectors free
  bool closed_cleanly{true};          // else as if copied while it was open
  std::uint64_t seed{1};              // for stamps and what is random in a header
  std::size_t leaf_fill{k_payload};   // bytes a leaf takes; small ones make high trees of few data
  std::size_t inner_fill{k_payload};  // bytes an inner node takes
  std::string version{"21.1"};        // of the program that made it
};

// Writes a dictionary of dictionaries as a file in FileMaker's format: for tests only, FileMaker
// itself has not seen its files. Keys come in ascending order, bytewise, within each directory;
// anything else throws std::logic_error. Leaves are written as they fill, so that memory does not
// grow with the file.
class Writer {
 public:
  explicit Writer(const std::string& path, FileOptions options = {});

  // Creates a directory in the open one; it stays open until end().
  void begin(std::string_view key);
  void end();

  void entry(std::string_view key, std::string_view value = {});

  // Closes the root; the file is complete. Nothing may be open.
  void finish();

  [[nodiscard]] const FileOptions& options() const { return options_; }

  [[nodiscard]] std::uint64_t bytes() const { return std::uint64_t{numbers_.end()} * k_sector; }

  [[nodiscard]] std::uint32_t leaves() const { return leaves_; }

  [[nodiscard]] std::uint32_t root_level() const { return root_level_; }

 private:
  void put(Separator::At at, std::string_view key, std::string_view operation);
  void next_leaf();
  void write_leaf(std::uint32_t next);
  void check_order(std::string_view key);
  void write_free_sectors();
  void write_header();
  [[nodiscard]] std::uint32_t stamp_of(std::uint32_t sector) const;

  FileOptions options_;
  SectorFile file_;
  SectorNumbers numbers_;
  InnerNodes inner_;
  std::uint32_t counter_;

  std::vector<std::string> path_;
  std::vector<std::string> last_keys_;  // in the root and in each open directory
  std::string leaf_;
  bool leaf_is_fresh_{true};  // holds nothing but the way back into the open directories
  std::uint32_t sector_{0};
  std::uint32_t previous_{0};
  std::uint32_t leaves_{0};
  std::uint32_t root_level_{0};
  std::string stale_;  // what a free sector still holds
  std::string operation_;
};

// begin() and end() of a directory, as a scope.
class Directory {
 public:
  Directory(Writer& writer, std::string_view key) : writer_(writer) { writer_.begin(key); }

  // A throw on the way leaves a broken file behind in any case.
  ~Directory() noexcept(false) { writer_.end(); }

  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

 private:
  Writer& writer_;
};

}  // namespace fmsim::fmp12
