// SPDX-License-Identifier: Apache-2.0
#include <fmsim/file_text.hpp>
#include <fmsim/fmp12/checked_file.hpp>
#include <fmsim/fmp12/database.hpp>
#include <fmsim/fmp12/truth.hpp>

#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace fmsim::fmp12 {

CheckedFile::CheckedFile() : folder_(std::filesystem::temp_directory_path() / "fmp12-XXXXXX") {
  if (::mkdtemp(folder_.data()) == nullptr) throw std::runtime_error("no temporary folder");
}

CheckedFile::~CheckedFile() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::string CheckedFile::write(const std::vector<Table>& tables, const FileOptions& options) {
  root_level_ = write_database(path(), tables, options).root_level;
  std::ofstream truth(folder_ + "/truth");
  write_file_truth(tables, truth);
  truth.close();
  return complaint(true, !options.closed_cleanly);
}

std::string CheckedFile::complaint(bool with_truth, bool allow_unclean) const {
  std::string command = "python3 " FMF_SOURCE_DIR "/tests/fmp12/check_file.py '" + path() + "'";
  if (with_truth) command += " --truth '" + folder_ + "/truth'";
  if (allow_unclean) command += " --allow-unclean";
  const int status = std::system((command + " 2>'" + folder_ + "/complaint'").c_str());
  if (status == 0) return {};
  return read_whole(folder_ + "/complaint").value_or("the checker did not run") + "!";
}

std::string CheckedFile::bytes() const {
  return read_whole(path()).value_or("");
}

}  // namespace fmsim::fmp12
