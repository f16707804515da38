// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace fmferry::testing_support {

struct WrittenFile {
  std::string name{};
  std::string bytes{};
};

// Small files by the simulator's writer, of different shapes, with every kind of container value:
// embedded, shared, in a repetition, in a global field, a reference. Small enough that every single
// bit can be tried.
[[nodiscard]] std::vector<WrittenFile> written_files();

}  // namespace fmferry::testing_support
