// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/script/calculation.hpp>

#include <vector>

namespace fmsim {

struct CalculationNode {
  enum class Kind {
    constant,
    variable,
    local,
    field,
    get,
    call,
    list,
    let,
    minus,
    negation,
    binary
  };

  Kind kind{Kind::constant};
  std::string name{};  // of a variable, field, function (lower case), operator
  Value value{};       // of a constant
  std::vector<std::shared_ptr<const CalculationNode>> parts{};
  std::vector<std::string> names{};  // of the locals of a Let
};

using NodePtr = std::shared_ptr<const CalculationNode>;

// Whether there is such a function and it takes so many parts; a ScriptProblem if not.
void check_call(const std::string& name, std::size_t parts);

}  // namespace fmsim
