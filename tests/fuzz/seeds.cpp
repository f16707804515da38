// SPDX-License-Identifier: Apache-2.0
//
// fuzz_seeds FOLDER: writes what the fuzzers begin with.
#include "fmp12/written_files.hpp"
#include "packed_file.hpp"
#include <fmferry/foundation/file.hpp>

#include <iostream>

int main(int count, char** arguments) {
  using namespace fmferry;
  if (count != 2) {
    std::cerr << "usage: fuzz_seeds FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder(arguments[1]);
  for (const auto& file : testing_support::written_files()) {
    const auto written = write_file(folder / file.name, testing_support::pack(file.bytes));
    if (!written) {
      std::cerr << to_line(written.error()) << '\n';
      return 1;
    }
  }
}
