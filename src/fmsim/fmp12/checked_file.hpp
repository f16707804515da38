// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/model.hpp>
#include <fmsim/fmp12/writer.hpp>

#include <string>
#include <vector>

namespace fmsim::fmp12 {

// A file that a test writes into its own temporary folder, gone with the object.
class CheckedFile {
 public:
  CheckedFile();
  ~CheckedFile();
  CheckedFile(const CheckedFile&) = delete;
  CheckedFile& operator=(const CheckedFile&) = delete;

  // Writes the tables and what the file should say, and asks tests/fmp12/check_file.py whether it
  // does. Returns what that complains about; nothing when all is well.
  std::string write(const std::vector<Table>& tables, const FileOptions& options = {});

  // What the checker says about the file as it lies there.
  [[nodiscard]] std::string complaint(bool with_truth, bool allow_unclean) const;

  [[nodiscard]] std::string path() const { return folder_ + "/test.fmp12"; }

  [[nodiscard]] std::string other_path() const { return folder_ + "/other.fmp12"; }

  [[nodiscard]] std::string bytes() const;

  [[nodiscard]] std::uint32_t root_level() const { return root_level_; }

 private:
  std::string folder_;
  std::uint32_t root_level_{0};
};

}  // namespace fmsim::fmp12
