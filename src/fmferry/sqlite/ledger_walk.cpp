// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sqlite/ledger_events.hpp>
#include <fmferry/sqlite/ledger_rows.hpp>
#include <fmferry/sqlite/ledger_walk.hpp>

namespace fmferry {
namespace {

Status insert_record(SqliteConnection& connection, const SeenRecord& record, std::int64_t walk) {
  FMF_TRY_ASSIGN(
      auto insert,
      connection.prepare("INSERT INTO record(record_id, id, mod_id, parent, day, category, "
                         "walk, fate, reason, choice, mark, fields) "
                         "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.bind_integer(1, record.record_id);
  insert.bind_text(2, record.id);
  insert.bind_integer(3, record.mod_id);
  insert.bind_text(4, record.parent);
  insert.bind_text(5, record.day);
  insert.bind_text(6, record.category);
  insert.bind_integer(7, walk);
  insert.bind_text(8, name_of(record.fate));
  insert.bind_text(9, record.reason);
  insert.bind_text(10, record.choice);
  insert.bind_text(11, record.mark);
  insert.bind_text(12, fields_text(record.fields));
  return insert.run();
}

// What related tables say may change without the record's own mod_id.
Status refresh(SqliteConnection& connection, const SeenRecord& record, std::int64_t walk) {
  FMF_TRY_ASSIGN(auto update,
                 connection.prepare("UPDATE record SET walk = ?, present = 1, parent = ?, day = ?, "
                                    "category = ?, mark = ?, fields = ? WHERE record_id = ?"));
  update.bind_integer(1, walk);
  update.bind_text(2, record.parent);
  update.bind_text(3, record.day);
  update.bind_text(4, record.category);
  update.bind_text(5, record.mark);
  update.bind_text(6, fields_text(record.fields));
  update.bind_integer(7, record.record_id);
  return update.run();
}

Status start_anew(SqliteConnection& connection, const SeenRecord& record) {
  FMF_TRY_ASSIGN(auto update,
                 connection.prepare("UPDATE record SET id = ?, mod_id = ?, fate = ?, reason = ?, "
                                    "choice = ?, tries = 0 WHERE record_id = ?"));
  update.bind_text(1, record.id);
  update.bind_integer(2, record.mod_id);
  update.bind_text(3, name_of(record.fate));
  update.bind_text(4, record.reason);
  update.bind_text(5, record.choice);
  update.bind_integer(6, record.record_id);
  return update.run();
}

// A moved record whose mod_id is not ours: somebody edited it, or our own stamp was cut off between
// the source and the ledger. Which of the two, the next stamp finds out, as the ledger keeps the
// mod_id of the record that was fetched.
Status note_change(SqliteConnection& connection, RecordId record_id) {
  return connection.exec("UPDATE record SET changed_since = 1 WHERE record_id = " +
                         std::to_string(record_id));
}

}  // namespace

Result<SightKind> see_one(SqliteConnection& connection,
                          const SeenRecord& record,
                          std::int64_t walk) {
  FMF_TRY_ASSIGN(auto select,
                 connection.prepare("SELECT walk, mod_id, fate = 'moved', changed_since, present, "
                                    "reason, id FROM record WHERE record_id = ?"));
  select.bind_integer(1, record.record_id);
  FMF_TRY_ASSIGN(const bool known, select.step());
  if (!known) {
    FMF_TRY(insert_record(connection, record, walk));
    return SightKind::added;
  }
  if (select.integer(0) == walk) return SightKind::again;
  const bool moved = select.integer(2) != 0;
  const bool noted = select.integer(3) != 0;
  const bool was_gone = select.integer(4) == 0;
  // Whoever reads of a vanished record again was told wrong the first time; so was, or is now,
  // whoever reads another id though nobody edited the record.
  const bool same_id = moved || select.text_view(6) == record.id;
  const bool same =
      same_id && select.integer(1) == record.mod_id && select.text_view(5) != reason::k_vanished;
  FMF_TRY(refresh(connection, record, walk));
  if (!moved && (!same || was_gone)) {
    FMF_TRY(start_anew(connection, record));
    return same ? SightKind::returned : SightKind::changed;
  }
  if (moved && !same && !noted) {
    FMF_TRY(note_change(connection, record.record_id));
    return SightKind::changed;
  }
  return was_gone ? SightKind::returned : SightKind::same;
}

Result<std::int64_t> mark_gone(SqliteConnection& connection,
                               std::int64_t walk,
                               const EventWriter& note) {
  FMF_TRY_ASSIGN(
      auto select,
      connection.prepare("SELECT record_id FROM record WHERE present = 1 AND walk <> ?"));
  select.bind_integer(1, walk);
  std::int64_t gone = 0;
  while (true) {
    FMF_TRY_ASSIGN(const bool row, select.step());
    if (!row) break;
    FMF_TRY(note(select.integer(0), name_of(Step::gone), "{}"));
    ++gone;
  }
  if (gone > 0) {
    FMF_TRY(connection.exec("UPDATE record SET present = 0 WHERE present = 1 AND walk <> " +
                            std::to_string(walk)));
  }
  return gone;
}

Status mark_duplicates(SqliteConnection& connection,
                       const Ledger::WalkRules& rules,
                       const EventWriter& note) {
  const std::string fold = rules.fold_case ? " COLLATE NOCASE" : " COLLATE BINARY";
  const std::string shared = "id" + fold + " IN (SELECT id" + fold +
                             " FROM record WHERE present = 1 AND id <> '' GROUP BY id" + fold +
                             " HAVING count(*) > 1)";
  const std::string shares = rules.unique_ids ? shared : "0";
  FMF_TRY_ASSIGN(
      auto select,
      connection.prepare("SELECT record_id, fate = 'duplicate' FROM record WHERE present = 1 "
                         "AND ((fate NOT IN ('moved', 'duplicate') AND id <> '' AND " +
                         shares + ") OR (fate = 'duplicate' AND NOT (" + shares + ")))"));
  std::vector<StepUpdate> updates;
  while (true) {
    FMF_TRY_ASSIGN(const bool row, select.step());
    if (!row) break;
    const bool freed = select.integer(1) != 0;
    updates.push_back({.record_id = select.integer(0),
                       .step = Step::fate,
                       .fate = freed ? Fate::pending : Fate::duplicate,
                       .reason = freed ? std::string() : std::string(reason::k_duplicate_id)});
  }
  for (const auto& update : updates) {
    FMF_TRY(apply(connection, update));
    FMF_TRY(note(update.record_id, name_of(update.step), detail_of(update)));
  }
  return {};
}

}  // namespace fmferry
