// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sqlite/connection.hpp>
#include <fmferry/sqlite/ledger.hpp>
#include <fmferry/sqlite/ledger_events.hpp>
#include <fmferry/sqlite/ledger_schema.hpp>

namespace fmferry {
namespace {

// What the events say that a record has become; kept in a temporary table, so that memory does not
// grow with the ledger.
constexpr const char* k_replay = R"sql(
CREATE TEMP TABLE replay(record_id INTEGER PRIMARY KEY, fate TEXT, sha256 TEXT, key TEXT,
                         length INTEGER, stamped_at TEXT, image_id TEXT);
INSERT INTO replay SELECT record_id, '', '', '', -1, '', '' FROM main.event
  WHERE record_id IS NOT NULL GROUP BY record_id;
)sql";

constexpr const char* k_replay_step = R"sql(
UPDATE replay SET
  fate = coalesce(json_extract(?1, '$.fate'), fate),
  sha256 = coalesce(json_extract(?1, '$.sha256'), sha256),
  key = coalesce(json_extract(?1, '$.key'), key),
  length = coalesce(json_extract(?1, '$.bytes'), length),
  stamped_at = coalesce(json_extract(?1, '$.stamped_at'), stamped_at),
  image_id = coalesce(json_extract(?1, '$.image_id'), image_id)
WHERE record_id = ?2 AND NOT (?3 = 'seen' AND fate = 'moved')
)sql";

constexpr const char* k_compare = R"sql(
SELECT r.record_id,
       CASE WHEN p.record_id IS NULL THEN 'no event tells of it'
            WHEN p.fate <> r.fate THEN 'its fate is not what the events say'
            WHEN p.sha256 <> coalesce(r.sha256, '') THEN 'its SHA-256 is not what the events say'
            WHEN p.key <> coalesce(r.key, '') THEN 'its key is not what the events say'
            WHEN p.length <> coalesce(r.length, -1) THEN 'its length is not what the events say'
            WHEN p.stamped_at <> r.stamped_at THEN 'its stamp is not what the events say'
            ELSE 'its catalogue row is not what the events say' END
FROM record r LEFT JOIN replay p USING(record_id)
WHERE p.record_id IS NULL OR p.fate <> r.fate OR p.sha256 <> coalesce(r.sha256, '')
   OR p.key <> coalesce(r.key, '') OR p.length <> coalesce(r.length, -1)
   OR p.stamped_at <> r.stamped_at OR p.image_id <> r.image_id
ORDER BY r.record_id LIMIT 1
)sql";

// Follows the chain and replays it. Stops at the first event that does not fit.
Status follow_chain(SqliteConnection& connection, LedgerCheck& check) {
  FMF_TRY_ASSIGN(auto events,
                 connection.prepare("SELECT seq, at, run, record_id, step, detail, hash FROM event "
                                    "ORDER BY seq"));
  FMF_TRY_ASSIGN(auto replay, connection.prepare(k_replay_step));
  std::string before = first_hash();
  while (true) {
    FMF_TRY_ASSIGN(const bool row, events.step());
    if (!row) break;
    const LedgerEvent event{.seq = events.integer(0),
                            .at = events.text(1),
                            .run = events.text(2),
                            .record_id = events.optional_integer(3),
                            .step = events.text(4),
                            .detail = events.text(5)};
    if (event.seq != check.events + 1) {
      check.finding = "event " + std::to_string(check.events + 1) + " is missing";
      return {};
    }
    const std::string hash = event_hash(before, event);
    if (hash != events.text_view(6)) {
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
  FMF_TRY_ASSIGN(const auto version, connection.query_integer("PRAGMA user_version"));
  if (version != k_ledger_version) {
    return fail(ErrorKind::invalid, file.string() + " is no ledger of this fmferry");
  }
  LedgerCheck check;
  FMF_TRY_ASSIGN(const auto integrity, connection.query_text("PRAGMA integrity_check(1)"));
  if (integrity != "ok") {
    check.finding = "the file is damaged: " + integrity;
    return check;
  }
  FMF_TRY(connection.exec("BEGIN"));  // one snapshot, also while a run writes
  FMF_TRY_ASSIGN(check.records, connection.query_integer("SELECT count(*) FROM record"));
  FMF_TRY(connection.exec(k_replay));
  FMF_TRY(follow_chain(connection, check));
  if (!check.finding.empty()) return check;
  FMF_TRY_ASSIGN(auto compare, connection.prepare(k_compare));
  FMF_TRY_ASSIGN(const bool differs, compare.step());
  if (differs) {
    check.finding = "record " + std::to_string(compare.integer(0)) + ": " + compare.text(1);
  }
  return check;
}

}  // namespace fmferry
