// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/file.hpp>
#include <fmferry/sqlite/audit_lines.hpp>
#include <fmferry/sqlite/connection.hpp>
#include <fmferry/sqlite/ledger_events.hpp>
#include <fmferry/sqlite/ledger_schema.hpp>

#include <boost/json.hpp>

#include <fstream>

namespace fmferry {
namespace {

namespace json = boost::json;

std::string line_of(const LedgerEvent& event, std::string_view hash) {
  json::object object;
  object["seq"] = event.seq;
  object["at"] = event.at;
  object["run"] = event.run;
  if (event.record_id) {
    object["record_id"] = *event.record_id;
  } else {
    object["record_id"] = nullptr;
  }
  object["step"] = event.step;
  // As a text: the hash is over its bytes, which another writer of JSON would not keep.
  object["detail"] = event.detail;
  object["hash"] = hash;
  return json::serialize(object) + "\n";
}

std::optional<json::object> object_in(const std::string& line) {
  json::error_code error;
  json::value value = json::parse(line, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::optional<std::string> text_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<std::int64_t> number_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_int64()) return std::nullopt;
  return value->get_int64();
}

class AuditCheck {
 public:
  // False: this line is the first that does not fit, or the end.
  bool take(const std::string& line) {
    ++number_;
    const auto object = object_in(line);
    if (!object) return found("is no JSON object: it was altered or cut");
    if (object->contains("end")) return take_end(*object);
    const auto seq = number_in(*object, "seq");
    const auto at = text_in(*object, "at");
    const auto run = text_in(*object, "run");
    const auto step = text_in(*object, "step");
    const auto detail = text_in(*object, "detail");
    const auto hash = text_in(*object, "hash");
    if (!seq || !at || !run || !step || !detail || !hash)
      return found("is no event: it was altered");
    if (*seq != check_.events + 1) {
      return found("is event " + std::to_string(*seq) + ", but event " +
                   std::to_string(check_.events + 1) + " is due: a line is missing or was added");
    }
    const LedgerEvent event{.seq = *seq,
                            .at = *at,
                            .run = *run,
                            .record_id = number_in(*object, "record_id"),
                            .step = *step,
                            .detail = *detail};
    if (event_hash(head_, event) != *hash) {
      return found("(event " + std::to_string(*seq) + ") was altered");
    }
    head_ = *hash;
    ++check_.events;
    return true;
  }

  LedgerCheck finish(bool more_follows) {
    if (!check_.finding.empty()) return check_;
    if (!ended_) check_.finding = "the last lines are missing: the file does not say where it ends";
    if (ended_ && more_follows) {
      check_.finding = "line " + std::to_string(number_ + 1) + " comes after the end";
    }
    return check_;
  }

 private:
  bool take_end(const json::object& object) {
    if (number_in(object, "events") != check_.events || text_in(object, "head") != head_) {
      return found("says another end than the events have: lines are missing");
    }
    ended_ = true;
    return false;
  }

  bool found(const std::string& what) {
    check_.finding = "line " + std::to_string(number_) + " " + what;
    return false;
  }

  LedgerCheck check_;
  std::string head_{first_hash()};
  std::int64_t number_{0};
  bool ended_{false};
};

}  // namespace

Result<AuditEnd> write_audit_lines(const std::filesystem::path& ledger, const ByteSink& sink) {
  FMF_TRY_ASSIGN(auto connection, SqliteConnection::open(ledger, {.mode = SqliteMode::read_only}));
  FMF_TRY(require_ledger(connection, ledger));
  FMF_TRY_ASSIGN(auto events, select_events(connection));
  AuditEnd end{.head = first_hash()};
  while (true) {
    FMF_TRY_ASSIGN(const bool row, events.step());
    if (!row) break;
    const auto [event, stored_hash] = stored_event(events);
    end.head = stored_hash;
    ++end.events;
    FMF_TRY(sink(line_of(event, end.head)));
  }
  const json::object last{{"end", true}, {"events", end.events}, {"head", end.head}};
  FMF_TRY(sink(json::serialize(last) + "\n"));
  return end;
}

Result<LedgerCheck> check_audit_lines(const std::filesystem::path& file) {
  std::ifstream lines(file);
  if (!lines) return fail(errno_error("cannot read", file));
  AuditCheck check;
  std::string line;
  while (std::getline(lines, line)) {
    if (!check.take(line)) break;
  }
  return check.finish(static_cast<bool>(std::getline(lines, line)));
}

}  // namespace fmferry
