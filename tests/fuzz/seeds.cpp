// SPDX-License-Identifier: Apache-2.0
//
// fuzz_seeds FOLDER: writes what fuzzers begin with where that is no small text, in a folder for
// each of them.
#include "fmp12/written_files.hpp"
#include "packed_file.hpp"
#include <fmferry/foundation/file.hpp>
#include <fmsim/made_pictures.hpp>

#include <iostream>

namespace fmferry {
namespace {

Status write_databases(const std::filesystem::path& folder) {
  for (const auto& file : testing_support::written_files()) {
    FMF_TRY(write_file(folder / file.name, testing_support::pack(file.bytes)));
  }
  return {};
}

Status write_pictures(const std::filesystem::path& folder) {
  FMF_TRY(write_file(folder / "jpeg", fmsim::made_jpeg(1)));
  FMF_TRY(write_file(folder / "png", fmsim::made_png(1)));
  FMF_TRY(write_file(folder / "pdf", fmsim::made_pdf(1)));
  FMF_TRY(write_file(folder / "heic", fmsim::made_heic(1)));
  return write_file(folder / "tiff", fmsim::made_tiff(1));
}

Status write_seeds(const std::filesystem::path& folder) {
  for (const char* fuzzer : {"fmp12_fuzz", "media_fuzz"}) {
    std::filesystem::create_directories(folder / fuzzer);
  }
  FMF_TRY(write_databases(folder / "fmp12_fuzz"));
  return write_pictures(folder / "media_fuzz");
}

}  // namespace
}  // namespace fmferry

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  const auto written = fmferry::write_seeds(arguments[1]);
  if (!written) std::cerr << fmferry::to_line(written.error()) << '\n';
  return written ? 0 : 1;
}
