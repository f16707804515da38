// SPDX-License-Identifier: Apache-2.0
#include <fmsim/fault_rule.hpp>

namespace fmsim {
namespace {

// Which beginnings of the path the glob fits so far; a step a token, so that no glob takes long.
bool glob_fits(std::string_view glob, std::string_view path) {
  std::vector<bool> fits(path.size() + 1, false);
  fits[0] = true;
  while (!glob.empty()) {
    const bool across = glob.starts_with("**");
    if (glob.front() == '*') {
      for (std::size_t i = 0; i < path.size(); ++i) {
        if (fits[i] && (across || path[i] != '/')) fits[i + 1] = true;
      }
    } else {
      for (std::size_t i = path.size(); i > 0; --i) {
        fits[i] = fits[i - 1] && path[i - 1] == glob.front();
      }
      fits[0] = false;
    }
    glob.remove_prefix(across ? 2 : 1);
  }
  return fits.back();
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
  if (kind == "engine") {
    return subject.kind != RouteKind::stream && subject.kind != RouteKind::push;
  }
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
