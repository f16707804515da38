// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace fmferry::test {

struct HostileFile {
  std::string name{};  // how it was made
  std::string media_type{};
  std::string bytes{};
};

// So many files that mean no good, the same ones each time: cut off, with bytes changed, of two
// types at once, announcing sizes that nobody has the memory for, and a few known tricks. They are
// made of the pictures of `corpus` (scripts/corpus makes one; empty: none) and of made ones.
[[nodiscard]] std::vector<HostileFile> hostile_files(int count, const std::string& corpus);

}  // namespace fmferry::test
