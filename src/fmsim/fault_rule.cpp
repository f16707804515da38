// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fault_rule.hpp>

namespace fmsim {
namespace {

bool glob_fits(std::string_view glob, std::string_view path) {
  if (glob.empty()) return path.empty();
  if (glob.starts_with("**")) {
    for (std::size_t skip = 0; skip <= path.size(); ++skip) {
      if (glob_fits(glob.substr(2), path.substr(skip))) return true;
    }
    return false;
  }
  if (glob.front() == '*') {
    for (std::size_t skip = 0; skip <= path.size(); ++skip) {
      if (glob_fits(glob.substr(1), path.substr(skip))) return true;
      if (skip < path.size() && path[skip] == '/') return false;
    }
    return false;
  }
  return !path.empty() && path.front() == glob.front() && glob_fits(glob.substr(1), path.substr(1));
}

bool one_record(RouteKind kind) {
  return kind == RouteKind::record || kind == RouteKind::edit || kind == RouteKind::duplicate ||
         kind == RouteKind::remove || kind == RouteKind::upload || kind == RouteKind::property;
}

bool kind_fits(const std::string& kind, const FaultSubject& subject) {
  if (kind.empty()) return true;
  if (kind == "container") return subject.hop != 0;
  if (kind == "redirect") return subject.hop == 1;
  if (kind == "odata") return subject.door == Door::odata;
  if (kind == "data-api") return subject.door == Door::data_api;
  if (kind == "engine") return subject.kind != RouteKind::stream;
  if (kind == "record") return one_record(subject.kind);
  return kind == name_of(subject.kind);
}

// Some faults can only be done on one hop of a download; a rule for `container` without such a
// fault means the hop that carries the bytes.
bool hop_fits(const FaultRule& rule, int hop) {
  if (hop == 0) return true;
  switch (rule.fault.action) {
    case FaultAction::stale_url:
    case FaultAction::drop_cookie:
    case FaultAction::location:
      return hop == 1;
    case FaultAction::cut:
    case FaultAction::flip:
    case FaultAction::rate:
    case FaultAction::content_type:
      return hop == 2;
    case FaultAction::reply:
    case FaultAction::delay:
    case FaultAction::hang:
    case FaultAction::drop_connection:
    case FaultAction::drop_reply:
    case FaultAction::expire_sessions:
    case FaultAction::control_characters:
    case FaultAction::duplicate_ids:
    case FaultAction::delete_record:
    case FaultAction::delete_position:
    case FaultAction::append_record:
    case FaultAction::lock_record:
    case FaultAction::data_limit:
    case FaultAction::crash:
      return rule.target.kind != "container" || hop == 2;
  }
  return true;
}

// `API_Images` is also called by the table's short name.
bool table_fits(const std::string& table, const std::string& layout) {
  return table.empty() || table == "*" || layout.empty() || table == layout ||
         "API_" + table == layout;
}

bool fits(const std::string& wanted, const std::string& given) {
  return wanted.empty() || wanted == "*" || wanted == given;
}

}  // namespace

bool matches(const FaultRule& rule, const FaultSubject& subject) {
  const FaultTarget& target = rule.target;
  return fits(target.method, subject.method) &&
         (target.path.empty() || glob_fits(target.path, subject.path)) &&
         kind_fits(target.kind, subject) && hop_fits(rule, subject.hop) &&
         table_fits(target.table, subject.layout) && fits(target.record_id, subject.record_id) &&
         fits(target.field, subject.field);
}

}  // namespace fmsim
