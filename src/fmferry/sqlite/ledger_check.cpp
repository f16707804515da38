// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sqlite/connection.hpp>
#include <fmferry/sqlite/ledger.hpp>
#include <fmferry/sqlite/ledger_events.hpp>
#include <fmferry/sqlite/ledger_schema.hpp>

#include <array>
#include <string>
#include <string_view>

namespace fmferry {
namespace {

// A column of `record` that the events tell of: its name, the member of an event's detail, and what
// it holds before any event.
struct Replayed {
  std::string_view column;
  std::string_view member;
  std::string_view unset;
  std::string_view words;
  int since{1};  // the ledger's version that has it first
};

constexpr std::array k_replayed{Replayed{"fate", "fate", "''", "fate"},
                                Replayed{"reason", "reason", "''", "reason"},
                                Replayed{"id", "id", "''", "id"},
                                Replayed{"mod_id", "mod_id", "-1", "modId"},
                                Replayed{"choice", "choice", "''", "choice"},
                                Replayed{"field", "field", "''", "container"},
                                Replayed{"key", "key", "''", "key"},
                                Replayed{"length", "bytes", "-1", "length"},
                                Replayed{"sha256", "sha256", "''", "SHA-256"},
                                Replayed{"media_type", "media_type", "''", "media type"},
                                Replayed{"proof", "proof", "''", "proof"},
                                Replayed{"stamped_at", "stamped_at", "''", "stamp"},
                                Replayed{"stamp_problem", "stamp_problem", "''", "stamp problem"},
                                Replayed{"image_id", "image_id", "''", "catalogue row"},
                                Replayed{"link_problem", "link_problem", "''", "link problem"},
                                Replayed{"file_name", "file_name", "''", "file name", 2},
                                Replayed{"alternatives", "alternatives", "''", "alternatives", 2}};

// What the events say that a record has become; kept in a temporary table, so that memory does not
// grow with the ledger.
std::string replay_table() {
  std::string columns;
  std::string values;
  for (const auto& one : k_replayed) {
    columns += ", " + std::string(one.column);
    values += ", " + std::string(one.unset);
  }
  return "CREATE TEMP TABLE replay(record_id INTEGER PRIMARY KEY, present" + columns +
         "); INSERT INTO replay SELECT record_id, 1" + values +
         " FROM main.event WHERE record_id IS NOT NULL GROUP BY record_id";
}

// ?1 detail, ?2 record, ?3 step. Being seen again does not change what a moved record is.
std::string replay_step() {
  std::string set = "present = CASE ?3 WHEN 'gone' THEN 0 WHEN 'seen' THEN 1 ELSE present END";
  for (const auto& one : k_replayed) {
    const std::string column(one.column);
    set += ", " + column + " = CASE WHEN ?3 = 'seen' AND fate = 'moved' THEN " + column +
           " ELSE coalesce(json_extract(?1, '$." + std::string(one.member) + "'), " + column +
           ") END";
  }
  return "UPDATE replay SET " + set + " WHERE record_id = ?2";
}

// The first record whose row is not what its events say, and in what.
std::string comparison(int version) {
  std::string differs =
      "CASE WHEN p.record_id IS NULL THEN 'no event tells of it' "
      "WHEN p.present <> r.present THEN 'its presence is not what the events say'";
  for (const auto& one : k_replayed) {
    if (one.since > version) continue;
    const std::string column(one.column);
    differs += " WHEN p." + column + " <> coalesce(r." + column + ", " + std::string(one.unset) +
               ") THEN 'its " + std::string(one.words) + " is not what the events say'";
  }
  differs += " END";
  return "SELECT record_id, differs FROM (SELECT r.record_id AS record_id, " + differs +
         " AS differs FROM record r LEFT JOIN replay p USING(record_id) UNION ALL "
         "SELECT p.record_id, 'it has no row' FROM replay p WHERE NOT EXISTS "
         "(SELECT 1 FROM record r WHERE r.record_id = p.record_id)) "
         "WHERE differs IS NOT NULL ORDER BY record_id LIMIT 1";
}

// Follows the chain and replays it. Stops at the first event that does not fit.
Status follow_chain(SqliteConnection& connection, LedgerCheck& check) {
  FMF_TRY_ASSIGN(auto events, select_events(connection));
  FMF_TRY_ASSIGN(auto replay, connection.prepare(replay_step()));
  std::string before = first_hash();
  while (true) {
    FMF_TRY_ASSIGN(const bool row, events.step());
    if (!row) break;
    const auto [event, stored_hash] = stored_event(events);
    if (event.seq != check.events + 1) {
      check.finding = "event " + std::to_string(check.events + 1) + " is missing";
      return {};
    }
    const std::string hash = event_hash(before, event);
    if (hash != stored_hash) {
      check.finding = "event " + std::to_string(event.seq) + " was altered";
      return {};
    }
    if (event.record_id) {
      replay.bind_text(1, event.detail);
      replay.bind_integer(2, *event.record_id);
      replay.bind_text(3, event.step);
      FMF_TRY(replay.run());
    }
    before = hash;
    ++check.events;
  }
  FMF_TRY_ASSIGN(auto head, connection.prepare("SELECT value FROM meta WHERE name = 'head'"));
  FMF_TRY_ASSIGN(const bool sealed, head.step());
  if ((sealed ? head.text(0) : first_hash()) != before) {
    check.finding = "the last events are missing: the chain does not end at its recorded head";
  }
  return {};
}

}  // namespace

Result<LedgerCheck> check_ledger(const std::filesystem::path& file) {
  FMF_TRY_ASSIGN(auto connection, SqliteConnection::open(file, {.mode = SqliteMode::read_only}));
  FMF_TRY_ASSIGN(const int version, require_ledger(connection, file));
  LedgerCheck check;
  FMF_TRY_ASSIGN(const auto integrity, connection.query_text("PRAGMA integrity_check(1)"));
  if (integrity != "ok") {
    check.finding = "the file is damaged: " + integrity;
    return check;
  }
  FMF_TRY(connection.exec("BEGIN"));  // one snapshot, also while a run writes
  FMF_TRY_ASSIGN(check.records, connection.query_integer("SELECT count(*) FROM record"));
  FMF_TRY(connection.exec(replay_table()));
  FMF_TRY(follow_chain(connection, check));
  if (!check.finding.empty()) return check;
  FMF_TRY_ASSIGN(auto compare, connection.prepare(comparison(version)));
  FMF_TRY_ASSIGN(const bool differs, compare.step());
  if (differs) {
    check.finding = "record " + std::to_string(compare.integer(0)) + ": " + compare.text(1);
  }
  return check;
}

}  // namespace fmferry
