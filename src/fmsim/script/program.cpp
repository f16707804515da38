// SPDX-License-Identifier: Apache-2.0
#include <fmsim/script/program.hpp>
#include <fmsim/script/xml.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

namespace fmsim {
namespace {

// What the clipboard knows of each step. The children stand in their only order; those in brackets
// may be missing.
struct Form {
  StepKind kind;
  std::string_view name;
  std::string_view children;
};

const std::map<int, Form>& forms() {
  static const std::map<int, Form> k_forms{
      {6, {StepKind::go_to_layout, "Go to Layout", "LayoutDestination Layout"}},
      {16,
       {StepKind::go_to_record, "Go to Record/Request/Page", "NoInteract [Exit] RowPageLocation"}},
      {22, {StepKind::enter_find_mode, "Enter Find Mode", "Pause Restore"}},
      {28, {StepKind::perform_find, "Perform Find", "Restore"}},
      {68, {StepKind::begin_if, "If", "Restore Calculation"}},
      {69, {StepKind::otherwise, "Else", "[Restore]"}},
      {70, {StepKind::end_if, "End If", ""}},
      {71, {StepKind::loop, "Loop", "Restore FlushType"}},
      {72, {StepKind::exit_loop_if, "Exit Loop If", "Calculation"}},
      {73, {StepKind::end_loop, "End Loop", ""}},
      {75, {StepKind::commit, "Commit Records/Requests", "NoInteract Option ESSForceCommit"}},
      {76, {StepKind::set_field, "Set Field", "Calculation Field"}},
      {85, {StepKind::user_abort, "Allow User Abort", "Set"}},
      {86, {StepKind::error_capture, "Set Error Capture", "Set"}},
      {89, {StepKind::comment, "# (comment)", "[Text]"}},
      {103, {StepKind::exit_script, "Exit Script", "[Calculation]"}},
      {125, {StepKind::else_if, "Else If", "Restore Calculation"}},
      {141, {StepKind::set_variable, "Set Variable", "Value Repetition Name"}},
      {147, {StepKind::set_field_by_name, "Set Field By Name", "Result TargetName"}},
      {160,
       {StepKind::insert_from_url,
        "Insert from URL",
        "NoInteract DontEncodeURL SelectAll VerifySSLCertificates [CURLOptions] Calculation [Text] "
        "Field"}},
  };
  return k_forms;
}

[[noreturn]] void wrong(const Form& form, const std::string& what) {
  throw ScriptProblem("step " + std::string(form.name) + ": " + what);
}

void check_children(const Form& form, const XmlElement& step) {
  std::size_t at = 0;
  std::string_view rest = form.children;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const bool optional = word.front() == '[';
    if (optional) word = word.substr(1, word.size() - 2);
    if (at < step.children.size() && step.children[at].name == word) {
      ++at;
    } else if (!optional) {
      wrong(form, "no " + std::string(word) + " where FileMaker looks for it");
    }
  }
  if (at < step.children.size()) wrong(form, "FileMaker would lose " + step.children[at].name);
}

Calculation calculation_in(const Form& form, const XmlElement& holder) {
  const XmlElement* calculation = holder.child("Calculation");
  if (calculation == nullptr) wrong(form, holder.name + " has no Calculation");
  try {
    return Calculation::read(calculation->text);
  } catch (const ScriptProblem& problem) {
    wrong(form, problem.what());
  }
}

std::string field_name(const XmlElement& field) {
  return field.attribute("table") + "::" + field.attribute("name");
}

Go go_of(const Form& form, const std::string& text) {
  if (text == "First") return Go::first;
  if (text == "Last") return Go::last;
  if (text == "Next") return Go::next;
  if (text == "Previous") return Go::previous;
  wrong(form, "going to \"" + text + "\" is not simulated");
}

void must_be(const Form& form, const XmlElement& step, const char* child, const char* state) {
  if (step.child(child)->attribute("state") != state) {
    wrong(form, std::string(child) + " must be " + state + " in a script that runs on a server");
  }
}

void read_go_to_record(const Form& form, const XmlElement& xml, ScriptStep& step) {
  must_be(form, xml, "NoInteract", "True");
  step.go = go_of(form, xml.child("RowPageLocation")->attribute("value"));
  const XmlElement* exit = xml.child("Exit");
  if (exit != nullptr && step.go != Go::next && step.go != Go::previous) {
    wrong(form, "Exit goes with Next and Previous only");
  }
  step.exit_after_last = exit != nullptr && exit->attribute("state") == "True";
}

void read_insert(const Form& form, const XmlElement& xml, ScriptStep& step) {
  must_be(form, xml, "NoInteract", "True");
  step.calculation = calculation_in(form, xml);
  if (const XmlElement* options = xml.child("CURLOptions")) {
    step.options = calculation_in(form, *options);
  }
  step.name = xml.child("Field")->text;
  if (!step.name.starts_with('$')) wrong(form, "a target that is no variable is not simulated");
}

void read_set_variable(const Form& form, const XmlElement& xml, ScriptStep& step) {
  step.calculation = calculation_in(form, *xml.child("Value"));
  step.name = xml.child("Name")->text;
  if (!step.name.starts_with('$')) wrong(form, "\"" + step.name + "\" is no variable");
  if (xml.child("Repetition")->child("Calculation")->text != "1") {
    wrong(form, "repetitions are not simulated");
  }
}

ScriptStep read_step(const XmlElement& xml) {
  if (xml.name != "Step") throw ScriptProblem("<" + xml.name + "> where a step should be");
  const std::string id = xml.attribute("id");
  const auto found = forms().find(std::atoi(id.c_str()));
  if (found == forms().end()) {
    throw ScriptProblem("step " + id + " (" + xml.attribute("name") + ") is not simulated");
  }
  const Form& form = found->second;
  if (xml.attribute("name") != form.name) wrong(form, "id " + id + " is called otherwise");
  if (xml.attribute("enable") != "True") return {};
  check_children(form, xml);
  ScriptStep step{.kind = form.kind};
  switch (form.kind) {
    case StepKind::set_variable:
      read_set_variable(form, xml, step);
      break;
    case StepKind::begin_if:
    case StepKind::else_if:
    case StepKind::exit_loop_if:
      step.calculation = calculation_in(form, xml);
      break;
    case StepKind::exit_script:
      if (xml.child("Calculation") != nullptr) step.calculation = calculation_in(form, xml);
      break;
    case StepKind::go_to_layout:
      if (xml.child("LayoutDestination")->attribute("value") != "SelectedLayout") {
        wrong(form, "only a named layout is simulated");
      }
      step.name = xml.child("Layout")->attribute("name");
      break;
    case StepKind::go_to_record:
      read_go_to_record(form, xml, step);
      break;
    case StepKind::enter_find_mode:
      must_be(form, xml, "Pause", "False");
      must_be(form, xml, "Restore", "False");
      break;
    case StepKind::perform_find:
      must_be(form, xml, "Restore", "False");
      break;
    case StepKind::set_field:
      step.calculation = calculation_in(form, xml);
      step.name = field_name(*xml.child("Field"));
      break;
    case StepKind::set_field_by_name:
      step.calculation = calculation_in(form, *xml.child("Result"));
      step.options = calculation_in(form, *xml.child("TargetName"));
      break;
    case StepKind::insert_from_url:
      read_insert(form, xml, step);
      break;
    case StepKind::commit:
      must_be(form, xml, "NoInteract", "True");
      break;
    case StepKind::error_capture:
      must_be(form, xml, "Set", "True");
      break;
    case StepKind::user_abort:
    case StepKind::comment:
    case StepKind::otherwise:
    case StepKind::end_if:
    case StepKind::loop:
    case StepKind::end_loop:
      break;
  }
  return step;
}

// Where branches and loops go on.
void connect(std::vector<ScriptStep>& steps) {
  struct Block {
    bool loop{false};
    std::vector<std::size_t> branches{};
    std::vector<std::size_t> exits{};  // of a loop
  };

  std::vector<Block> open;
  const auto innermost_loop = [&]() -> Block* {
    for (auto block = open.rbegin(); block != open.rend(); ++block) {
      if (block->loop) return &*block;
    }
    return nullptr;
  };
  for (std::size_t at = 0; at < steps.size(); ++at) {
    ScriptStep& step = steps[at];
    const bool in_if = !open.empty() && !open.back().loop;
    if (step.kind == StepKind::begin_if || step.kind == StepKind::loop) {
      open.push_back({step.kind == StepKind::loop, {at}, {}});
    } else if (step.kind == StepKind::else_if || step.kind == StepKind::otherwise) {
      if (!in_if) throw ScriptProblem("Else without If");
      steps[open.back().branches.back()].next_branch = at;
      open.back().branches.push_back(at);
    } else if (step.kind == StepKind::end_if) {
      if (!in_if) throw ScriptProblem("End If without If");
      steps[open.back().branches.back()].next_branch = at;
      for (const std::size_t branch : open.back().branches) steps[branch].block_end = at;
      open.pop_back();
    } else if (step.kind == StepKind::end_loop) {
      if (open.empty() || !open.back().loop) throw ScriptProblem("End Loop without Loop");
      step.next_branch = open.back().branches.front();
      for (const std::size_t exit : open.back().exits) steps[exit].block_end = at;
      open.pop_back();
    } else if (step.kind == StepKind::exit_loop_if || step.exit_after_last) {
      Block* loop = innermost_loop();
      if (loop == nullptr) throw ScriptProblem("Exit Loop outside of a loop");
      loop->exits.push_back(at);
    }
  }
  if (!open.empty())
    throw ScriptProblem(open.back().loop ? "Loop without its end" : "If without its end");
}

}  // namespace

Program read_program(std::string_view text) {
  const XmlElement root = read_xml(text);
  if (root.name != "fmxmlsnippet" || root.attribute("type") != "FMObjectList") {
    throw ScriptProblem("this is no fmxmlsnippet");
  }
  Program program;
  const XmlElement* holder = &root;
  if (const XmlElement* script = root.child("Script")) {
    program.name = script->attribute("name");
    holder = script;
  }
  for (const XmlElement& step : holder->children) program.steps.push_back(read_step(step));
  connect(program.steps);
  return program;
}

}  // namespace fmsim
