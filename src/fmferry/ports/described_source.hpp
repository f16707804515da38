// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/source.hpp>

#include <string>
#include <vector>

namespace fmferry {

// A field of a table, as far as the way in tells; what it does not tell is false.
struct FieldFacts {
  std::string name{};
  bool is_container{false};
  bool is_calculated{false};  // also summaries and what may only be read: nothing can be written
  bool is_global{false};      // one value for all records
  bool fills_itself{false};   // FileMaker enters something by itself, and may forbid to change it
  int repetitions{1};
};

// A table of a server's, which can be asked step by step: Source::check() only says what is wrong
// first. Thread rules and errors as of Source.
class DescribedSource : public Source {
 public:
  // Proves that the account is let in; says nothing of the table.
  virtual Status log_in(const CallContext& context) = 0;
  // The table's fields that this account may see. `invalid` when there is no such table or layout.
  virtual Result<std::vector<FieldFacts>> fields(const CallContext& context) = 0;
};

}  // namespace fmferry
