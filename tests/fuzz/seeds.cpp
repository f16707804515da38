// SPDX-License-Identifier: Apache-2.0
//
// fuzz_seeds FOLDER: writes what fuzzers begin with where that is no small text, in a folder for
// each of them.
#include "fmp12/written_files.hpp"
#include "packed_file.hpp"
#include <fmferry/foundation/file.hpp>
#include <fmferry/thumbnail/protocol.hpp>
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

Status write_messages(const std::filesystem::path& folder) {
  FMF_TRY(write_file(folder / "hello", thumbnail::to_bytes(thumbnail::Hello{})));
  FMF_TRY(write_file(folder / "request", thumbnail::to_bytes(thumbnail::Request{.number = 7})));
  FMF_TRY(write_file(folder / "refused", thumbnail::to_bytes(thumbnail::Answer{.number = 7})));
  return write_file(folder / "made",
                    thumbnail::to_bytes(thumbnail::Answer{.number = 7,
                                                          .outcome = thumbnail::Outcome::made,
                                                          .width = 300,
                                                          .height = 200,
                                                          .length = 12'345}));
}

Status write_seeds(const std::filesystem::path& folder) {
  for (const char* fuzzer : {"fmp12_fuzz", "media_fuzz", "thumbnailer_fuzz"}) {
    std::filesystem::create_directories(folder / fuzzer);
  }
  FMF_TRY(write_databases(folder / "fmp12_fuzz"));
  FMF_TRY(write_pictures(folder / "media_fuzz"));
  return write_messages(folder / "thumbnailer_fuzz");
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
