// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/script/value.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace fmsim {

struct CalculationNode;

// Where a calculation finds what it names.
class Scope {
 public:
  virtual ~Scope() = default;
  virtual Value variable(const std::string& name) = 0;  // "$x"; empty when never set
  // "Occurrence::field".
  virtual Value field(const std::string& name) = 0;
  // Get ( name ), in lower case.
  virtual Value get(const std::string& name) = 0;
};

// One FileMaker calculation: as much of the language as scripts made by fmferry use. Anything else
// is a ScriptProblem that names it, when it is read and not first when it is run.
class Calculation {
 public:
  Calculation() = default;
  static Calculation read(std::string_view text);

  [[nodiscard]] Value value(Scope& scope) const;

 private:
  std::shared_ptr<const CalculationNode> root_;
};

}  // namespace fmsim
