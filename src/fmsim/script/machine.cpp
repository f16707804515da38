// SPDX-License-Identifier: Apache-2.0
#include <fmsim/error_codes.hpp>
#include <fmsim/finder.hpp>
#include <fmsim/folded_text.hpp>
#include <fmsim/script/machine.hpp>
#include <fmsim/script/web_put.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace fmsim {
namespace {

constexpr std::size_t k_steps_at_most = 20'000'000;
constexpr std::size_t k_done = static_cast<std::size_t>(-1);

// "==" and a text without wildcards, unescaped and folded; nothing for any other criterion.
std::optional<std::string> exact_text(std::string_view criterion) {
  if (!criterion.starts_with("==") || criterion.size() == 2) return std::nullopt;
  const Pattern pattern(folded(criterion.substr(2)));
  if (pattern.has_wildcards()) return std::nullopt;
  return pattern.literal();
}

// What a field takes; nothing when FileMaker would say that it is no such date.
std::optional<std::string> stored_form(const Field& field, const Value& value) {
  if (field.type == FieldType::timestamp) {
    if (value.kind == Value::Kind::timestamp) return value.text;
    return read_timestamp(value.shown(), DateStyle::us);
  }
  if (field.type == FieldType::date) {
    if (value.kind == Value::Kind::date) return value.text;
    return read_date(value.shown(), DateStyle::us);
  }
  return value.shown();
}

Value value_of(const Field& field, std::string stored) {
  if (field.type == FieldType::timestamp && !stored.empty()) {
    return {.kind = Value::Kind::timestamp, .text = std::move(stored)};
  }
  if (field.type == FieldType::date && !stored.empty()) {
    return {.kind = Value::Kind::date, .text = std::move(stored)};
  }
  return Value::of(std::move(stored));
}

// FileMaker's code when Insert from URL got no answer.
constexpr int k_connection_lost = 1631;

// What a fault makes of an upload; no reply of the simulator's own carries it. With a value nothing
// is sent, and that is the answer.
std::optional<WebAnswer> spoil(const Fault& fault, std::string& body, bool& reply_lost) {
  const auto at = static_cast<std::size_t>(fault.share * static_cast<double>(body.size()));
  if (fault.action == FaultAction::reply) {
    return WebAnswer{.status = fault.status, .head = head_of(fault.status)};
  }
  if (fault.action == FaultAction::drop_connection) return WebAnswer{.error = k_connection_lost};
  if (fault.action == FaultAction::flip) {
    if (body.empty()) return std::nullopt;
    char& byte = body[std::min(at, body.size() - 1)];
    byte = static_cast<char>(byte ^ 1);
  } else if (fault.action == FaultAction::cut) {
    body.resize(at);
  } else if (fault.action == FaultAction::delay) {
    std::this_thread::sleep_for(fault.time);
  } else if (fault.action == FaultAction::drop_reply) {
    reply_lost = true;
  } else {
    throw ScriptProblem("this fault is not simulated for a push");
  }
  return std::nullopt;
}

}  // namespace

ScriptMachine::ScriptMachine(const ScriptPlace& place, std::string parameter)
    : place_(place), parameter_(std::move(parameter)) {}

std::string ScriptMachine::run(const Program& program) {
  std::size_t at = 0;
  for (std::size_t taken = 0; at < program.steps.size(); ++taken) {
    if (taken == k_steps_at_most) throw ScriptProblem("the script does not come to its end");
    at = step(program, at);
  }
  commit();
  return result_;
}

std::size_t ScriptMachine::step(const Program& program, std::size_t at) {
  const ScriptStep& step = program.steps[at];
  if (step.kind == StepKind::comment) return at + 1;
  int error = 0;
  std::size_t next = at + 1;
  switch (step.kind) {
    case StepKind::set_variable:
      variables_[step.name] = step.calculation.value(*this);
      break;
    case StepKind::begin_if:
      next = after_branch(program, at);
      break;
    case StepKind::else_if:
    case StepKind::otherwise:
      next = step.block_end + 1;  // the branch before was taken
      break;
    case StepKind::end_loop:
      next = step.next_branch + 1;
      break;
    case StepKind::exit_loop_if:
      if (step.calculation.value(*this).is_true()) next = step.block_end + 1;
      break;
    case StepKind::go_to_layout:
      go_to_layout(step.name);
      break;
    case StepKind::go_to_record:
      if (!go_to_record(step.go)) {
        error = code::record_missing;
        if (step.exit_after_last) next = step.block_end + 1;
      }
      break;
    case StepKind::enter_find_mode:
      enter_find_mode();
      break;
    case StepKind::perform_find:
      error = perform_find();
      break;
    case StepKind::set_field:
      error = set_field(step.name, step.calculation.value(*this));
      break;
    case StepKind::set_field_by_name:
      error = set_field(step.options.value(*this).shown(), step.calculation.value(*this));
      break;
    case StepKind::commit:
      error = commit();
      break;
    case StepKind::insert_from_url:
      error = insert_from_url(step);
      break;
    case StepKind::exit_script:
      result_ = step.calculation.value(*this).shown();
      next = k_done;
      break;
    case StepKind::comment:
    case StepKind::end_if:
    case StepKind::loop:
    case StepKind::error_capture:
    case StepKind::user_abort:
      break;
  }
  last_error_ = error;
  return next;
}

// The first step of the first branch whose condition holds.
std::size_t ScriptMachine::after_branch(const Program& program, std::size_t at) {
  for (;;) {
    const ScriptStep& branch = program.steps[at];
    const bool conditional = branch.kind == StepKind::begin_if || branch.kind == StepKind::else_if;
    if (!conditional || branch.calculation.value(*this).is_true()) return at + 1;
    at = branch.next_branch;
  }
}

Value ScriptMachine::variable(const std::string& name) {
  const auto found = variables_.find(name);
  return found == variables_.end() ? Value() : found->second;
}

std::optional<std::size_t> ScriptMachine::own_field(const std::string& name) const {
  const std::string table = std::string(name_of(table_)) + "::";
  if (!name.starts_with(table)) return std::nullopt;
  return field_of(table_, name.substr(table.size()));
}

std::optional<std::uint64_t> ScriptMachine::slot() const {
  if (!found_ || at_ >= found_->size()) return std::nullopt;
  return (*found_)[at_];
}

Value ScriptMachine::field(const std::string& name) {
  const auto at = own_field(name);
  if (!at) throw ScriptProblem("there is no field " + name + " here");
  const auto record = slot();
  if (finding_ || !record) return {};
  const Field& shape = fields_of(table_)[*at];
  if (const auto container = container_of(table_, *at)) {
    auto file = place_.records.picture(*record, *container);
    const ContainerNow now = place_.records.containers(*record)[*container];
    if (file == nullptr) return Value::of(now.text);
    return {.kind = Value::Kind::container,
            .file = std::move(file),
            .file_name = std::string(shape.name) + now.extension};
  }
  if (const auto attribute = attribute_of(table_, *at)) {
    return Value::of(place_.records.attribute(*record, *attribute));
  }
  const auto edit = edits_.find(*at);
  if (edit != edits_.end()) return value_of(shape, edit->second);
  return value_of(shape, place_.records.value(table_, *record, *at));
}

Value ScriptMachine::get(const std::string& name) {
  if (name == "scriptparameter") return Value::of(parameter_);
  if (name == "lasterror") return Value::of(static_cast<double>(last_error_));
  const auto record = slot();
  if (name == "recordid") {
    return record ? Value::of(static_cast<double>(place_.records.record_id(*record))) : Value();
  }
  if (name == "recordmodificationcount") {
    return record ? Value::of(static_cast<double>(place_.records.mod_id(table_, *record)))
                  : Value();
  }
  if (name == "foundcount") return Value::of(static_cast<double>(found().size()));
  throw ScriptProblem("Get ( " + name + " ) is not simulated");
}

void ScriptMachine::go_to_layout(const std::string& name) {
  commit();
  const Layout* layout = find_layout(name);
  if (layout == nullptr) throw ScriptProblem("there is no layout " + name);
  if (layout->table != table_) indexes_.clear();
  table_ = layout->table;
  finding_ = false;
  found_.reset();
  at_ = 0;
}

const std::vector<std::uint64_t>& ScriptMachine::found() {
  if (!found_) {
    found_.emplace();
    place_.records.walk(table_, 0, [&](std::uint64_t each) {
      found_->push_back(each);
      return true;
    });
  }
  return *found_;
}

bool ScriptMachine::go_to_record(Go where) {
  commit();
  const std::size_t count = found().size();
  if (count == 0) return false;
  switch (where) {
    case Go::first:
      at_ = 0;
      return true;
    case Go::last:
      at_ = count - 1;
      return true;
    case Go::next:
      if (at_ + 1 >= count) return false;
      ++at_;
      return true;
    case Go::previous:
      if (at_ == 0) return false;
      --at_;
      return true;
  }
  return false;
}

void ScriptMachine::enter_find_mode() {
  commit();
  finding_ = true;
  request_.clear();
}

const std::vector<std::uint64_t>& ScriptMachine::with_value(std::size_t field,
                                                            const std::string& folded_value) {
  static const std::vector<std::uint64_t> k_none;
  const auto [slot, is_new] = indexes_.try_emplace(field);
  auto& index = slot->second;
  if (is_new) {
    place_.records.walk(table_, 0, [&](std::uint64_t each) {
      index[folded(place_.records.value(table_, each, field))].push_back(each);
      return true;
    });
  }
  const auto found = index.find(folded_value);
  return found == index.end() ? k_none : found->second;
}

int ScriptMachine::perform_find() {
  if (!finding_) return code::criteria_empty;
  finding_ = false;
  FindRequest request;
  for (const auto& [field, text] : request_) {
    Criterion criterion = read_criterion(text, fields_of(table_)[field].type, DateStyle::us);
    if (criterion.error != 0) return criterion.error;
    request.criteria.emplace_back(field, std::move(criterion));
  }
  if (request.criteria.empty()) return code::criteria_empty;
  const auto& [field, text] = *request_.begin();
  const auto exact = request_.size() == 1 && fields_of(table_)[field].type == FieldType::text
                         ? exact_text(text)
                         : std::nullopt;
  if (exact) {
    found_ = with_value(field, *exact);
  } else {
    found_ =
        find_records(place_.records, table_, {request}, {}, 1, place_.records.count(table_) + 1)
            .slots;
  }
  at_ = 0;
  return found_->empty() ? code::none_found : 0;
}

int ScriptMachine::set_field(const std::string& name, const Value& value) {
  const auto at = own_field(name);
  if (!at) return code::field_missing;
  if (finding_) {
    request_[*at] = value.shown();
    return 0;
  }
  const auto record = slot();
  if (!record) return code::record_missing;
  const Field& field = fields_of(table_)[*at];
  if (!field.writable) return code::field_not_modifiable;
  const auto stored = stored_form(field, value);
  if (!stored) return code::date_invalid;
  edits_[*at] = *stored;
  indexes_.erase(*at);
  return 0;
}

int ScriptMachine::commit() {
  if (edits_.empty()) return 0;
  const auto record = slot();
  const FieldValues edits = std::move(edits_);
  edits_.clear();
  if (!record) return code::record_missing;
  return place_.records.edit(table_, place_.records.record_id(*record), edits, std::nullopt).code;
}

int ScriptMachine::insert_from_url(const ScriptStep& step) {
  const std::string url = step.calculation.value(*this).shown();
  const CurlOptions options = read_curl_options(step.options.value(*this).shown());
  const WebAnswer answer = push(options, url);
  variables_[step.name] = Value::of(answer.body);
  if (!options.dump_header.empty()) variables_[options.dump_header] = Value::of(answer.head);
  return answer.error;
}

FaultSubject ScriptMachine::push_subject(const Value& file) const {
  const auto record = slot();
  return {.method = "PUT",
          .path = "/push",
          .kind = RouteKind::push,
          .layout = "API_Images",
          .record_id = record ? std::to_string(place_.records.record_id(*record)) : "",
          .field = file.file_name.substr(0, file.file_name.rfind('.'))};
}

WebAnswer ScriptMachine::push(const CurlOptions& options, const std::string& url) {
  const Value value = variable(options.upload);
  std::string body = value.file != nullptr ? value.file->copy() : value.shown();
  if (place_.stats != nullptr) place_.stats->count(Door::data_api, RouteKind::push);
  bool reply_lost = false;
  if (place_.faults != nullptr) {
    const auto now = std::chrono::steady_clock::now();
    for (const Fault& fault : place_.faults->hit(push_subject(value), now)) {
      if (auto instead = spoil(fault, body, reply_lost)) return *std::move(instead);
    }
  }
  WebAnswer answer = web_put(url, body, options, place_.ca_file);
  if (place_.stats != nullptr) {
    if (answer.error == 0) place_.stats->pushed_bytes += body.size();
    if (answer.status / 100 == 2) ++place_.stats->pushes_completed;
  }
  return reply_lost ? WebAnswer{.error = k_connection_lost} : answer;
}

}  // namespace fmsim
