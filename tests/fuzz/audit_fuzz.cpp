// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as an exported audit file: `ledger check --file` believes none that it can't prove.
#include "fmp12/memory_file.hpp"
#include "fuzzing.hpp"
#include <fmferry/sqlite/audit_lines.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fmferry;
  const testing_support::MemoryFile file(fuzzing::view_of(data, size));
  const auto check = check_audit_lines(file.path());
  fuzzing::must(check.has_value() && check->events >= 0);
  fuzzing::must_be_a_line(check->finding);
  return 0;
}
