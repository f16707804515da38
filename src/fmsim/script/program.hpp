// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/script/calculation.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace fmsim {

enum class StepKind {
  comment,
  set_variable,
  begin_if,
  else_if,
  otherwise,
  end_if,
  loop,
  exit_loop_if,
  end_loop,
  go_to_layout,
  go_to_record,
  enter_find_mode,
  perform_find,
  set_field,
  set_field_by_name,
  commit,
  insert_from_url,
  error_capture,
  user_abort,
  exit_script,
};

enum class Go { first, last, next, previous };

struct ScriptStep {
  StepKind kind{StepKind::comment};
  Calculation calculation{};  // condition, value, URL
  Calculation options{};      // of cURL; the target's name of Set Field By Name
  std::string name{};         // variable, layout, "Occurrence::field"
  Go go{Go::first};
  bool exit_after_last{false};
  // Where to go on: from If, Else If and Else to the next branch or behind End If; from Loop behind
  // its end; from End Loop to its beginning; from Exit Loop If and Go to Record behind the loop.
  std::size_t next_branch{0};
  std::size_t block_end{0};
};

struct Program {
  std::string name;  // empty when the XML holds bare steps
  std::vector<ScriptStep> steps;
};

// Clipboard XML as FileMaker reads it: a step goes by its id, and a child in the wrong place is
// lost. FileMaker would not say so; this says it as a ScriptProblem, as it does for unknown steps.
Program read_program(std::string_view xml);

}  // namespace fmsim
