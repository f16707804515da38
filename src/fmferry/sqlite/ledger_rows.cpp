// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sqlite/ledger_rows.hpp>

#include <boost/json.hpp>

#include <functional>

namespace fmferry {
namespace {

std::optional<int> narrow(std::optional<std::int64_t> value) {
  if (!value) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<std::int64_t> widen(std::optional<int> value) {
  if (!value) return std::nullopt;
  return *value;
}

std::map<std::string, std::string> fields_from(std::string_view text) {
  std::map<std::string, std::string> fields;
  boost::system::error_code error;
  const auto value = boost::json::parse(text, error);
  if (error || !value.is_object()) return fields;
  for (const auto& [name, field] : value.get_object()) {
    if (field.is_string()) fields.emplace(name, field.get_string());
  }
  return fields;
}

// Collects "column = ?" and the binds that go with it.
class Assignments {
 public:
  void text(std::string_view column, const std::optional<std::string>& value) {
    if (value) add(column, [value](SqliteStatement& s, int i) { s.bind_text(i, *value); });
  }

  void integer(std::string_view column, std::optional<std::int64_t> value) {
    if (value) add(column, [value](SqliteStatement& s, int i) { s.bind_integer(i, *value); });
  }

  void integer_or_null(std::string_view column, std::optional<std::int64_t> value) {
    add(column, [value](SqliteStatement& s, int i) { s.bind_integer_or_null(i, value); });
  }

  void expression(std::string_view text) { add_text(text); }

  Status run(SqliteConnection& connection, RecordId record_id) {
    if (sql_.empty()) return {};
    FMF_TRY_ASSIGN(auto update,
                   connection.prepare("UPDATE record SET " + sql_ + " WHERE record_id = ?"));
    int index = 1;
    for (const auto& bind : binds_) bind(update, index++);
    update.bind_integer(index, record_id);
    FMF_TRY(update.run());
    if (connection.changes() == 1) return {};
    return fail(ErrorKind::internal,
                "the ledger has no record " + std::to_string(record_id) + " to write a step to");
  }

 private:
  void add_text(std::string_view text) {
    if (!sql_.empty()) sql_ += ", ";
    sql_ += text;
  }

  void add(std::string_view column, std::function<void(SqliteStatement&, int)> bind) {
    add_text(std::string(column) + " = ?");
    binds_.push_back(std::move(bind));
  }

  std::string sql_;
  std::vector<std::function<void(SqliteStatement&, int)>> binds_;
};

Result<std::map<std::string, std::int64_t>> tally(SqliteConnection& connection,
                                                  const std::string& column,
                                                  const std::string& where) {
  FMF_TRY_ASSIGN(
      auto select,
      connection.prepare("SELECT " + column + ", count(*) FROM record WHERE present = 1 " + where +
                         " GROUP BY 1"));
  std::map<std::string, std::int64_t> found;
  while (true) {
    FMF_TRY_ASSIGN(const bool row, select.step());
    if (!row) return found;
    found[select.text(0)] = select.integer(1);
  }
}

Status read_thumbnail_counts(SqliteConnection& connection, LedgerCounts& counts) {
  FMF_TRY_ASSIGN(counts.thumbnail_problems,
                 tally(connection, "thumbnail_problem", "AND thumbnail_problem <> ''"));
  FMF_TRY_ASSIGN(counts.thumbnails,
                 connection.query_integer("SELECT count(*) FROM record WHERE present = 1 AND "
                                          "thumbnail_key IS NOT NULL"));
  return {};
}

}  // namespace

std::string fields_text(const std::map<std::string, std::string>& fields) {
  boost::json::object object;
  for (const auto& [name, value] : fields) object[name] = value;
  return boost::json::serialize(object);
}

std::string row_columns(int version) {
  const std::string columns =
      "record_id, id, mod_id, parent, day, category, present, changed_since, fate, reason, "
      "choice, mark, tries, field, key, length, sha256, media_type, width, height, etag, proof, "
      "stamped_at, stamp_problem, image_id, link_problem, ";
  return columns + (version >= 2 ? "file_name, alternatives, " : "NULL, NULL, ") +
         (version >= 3 ? "orientation, taken, pages, fields, parent_id, thumbnail_key, "
                         "thumbnail_length, thumbnail_width, thumbnail_height, thumbnail_problem"
                       : "NULL, NULL, NULL, '{}', '', NULL, NULL, NULL, NULL, ''");
}

LedgerRow read_row(const SqliteStatement& s) {
  LedgerRow row;
  row.seen.record_id = s.integer(0);
  row.seen.id = s.text(1);
  row.seen.mod_id = s.integer(2);
  row.seen.parent = s.text(3);
  row.seen.day = s.text(4);
  row.seen.category = s.text(5);
  row.present = s.integer(6) != 0;
  row.changed_since = s.integer(7) != 0;
  row.fate = fate_from(s.text_view(8)).value_or(Fate::pending);
  row.reason = s.text(9);
  row.choice = s.text(10);
  row.mark = s.text(11);
  row.tries = static_cast<int>(s.integer(12));
  if (!s.is_null(14)) {
    row.stored = StoredObject{.field = s.text(13),
                              .key = s.text(14),
                              .length = s.integer(15),
                              .sha256 = from_hex(s.text(16)).value_or(""),
                              .media_type = s.text(17),
                              .width = narrow(s.optional_integer(18)),
                              .height = narrow(s.optional_integer(19)),
                              .orientation = narrow(s.optional_integer(28)),
                              .taken = s.text(29),
                              .pages = narrow(s.optional_integer(30)),
                              .etag = s.text(20),
                              .proof = s.text(21),
                              .file_name = s.text(26),
                              .alternatives = s.text(27)};
  }
  row.stamped_at = s.text(22);
  row.stamp_problem = s.text(23);
  row.image_id = s.text(24);
  row.link_problem = s.text(25);
  row.seen.fields = fields_from(s.text_view(31));
  row.parent_id = s.text(32);
  if (!s.is_null(33)) {
    row.thumbnail = StoredThumbnail{.key = s.text(33),
                                    .length = s.integer(34),
                                    .width = static_cast<int>(s.integer(35)),
                                    .height = static_cast<int>(s.integer(36))};
  }
  row.thumbnail_problem = s.text(37);
  return row;
}

std::string due_condition(Phase phase) {
  switch (phase) {
    case Phase::mark:
      return "present = 1 AND fate = 'pending' AND choice <> '' AND mark <> choice";
    case Phase::move:
      return "present = 1 AND fate = 'pending'";
    case Phase::stamp:
      return "present = 1 AND fate = 'moved' AND stamped_at = '' AND stamp_problem = ''";
    case Phase::remark:
      return "present = 1 AND stamp_problem = '' AND ((fate = 'moved' AND mark <> field) OR "
             "(mark <> '' AND (fate = 'corrupt' OR (fate = 'empty' AND reason = 'zero_bytes'))))";
    case Phase::link:
      return "present = 1 AND fate = 'moved' AND image_id = '' AND link_problem = ''";
    case Phase::thumbnail:
      return "present = 1 AND fate = 'moved' AND thumbnail_key IS NULL AND thumbnail_problem = ''";
  }
  return "0";
}

Status apply(SqliteConnection& connection, const StepUpdate& update) {
  Assignments set;
  if (update.fate) set.text("fate", std::string(name_of(*update.fate)));
  set.text("reason", update.reason);
  set.text("choice", update.choice);
  set.text("mark", update.mark);
  set.integer("mod_id", update.mod_id);
  if (update.stored) {
    const StoredObject& object = *update.stored;
    set.text("field", object.field);
    set.text("key", object.key);
    set.integer("length", object.length);
    set.text("sha256", to_hex(object.sha256));
    set.text("media_type", object.media_type);
    set.integer_or_null("width", widen(object.width));
    set.integer_or_null("height", widen(object.height));
    set.integer_or_null("orientation", widen(object.orientation));
    set.text("taken", object.taken);
    set.integer_or_null("pages", widen(object.pages));
    set.text("etag", object.etag);
    set.text("proof", object.proof);
    set.text("file_name", object.file_name);
    set.text("alternatives", object.alternatives);
  }
  set.text("stamped_at", update.stamped_at);
  set.text("stamp_problem", update.stamp_problem);
  set.text("image_id", update.image_id);
  set.text("parent_id", update.parent_id);
  set.text("link_problem", update.link_problem);
  if (update.thumbnail) {
    set.text("thumbnail_key", update.thumbnail->key);
    set.integer("thumbnail_length", update.thumbnail->length);
    set.integer("thumbnail_width", update.thumbnail->width);
    set.integer("thumbnail_height", update.thumbnail->height);
    set.text("thumbnail_problem", std::string());
  } else if (update.stored) {
    set.expression("thumbnail_key = NULL");  // it was made of other bytes, maybe
    set.text("thumbnail_problem", std::string());
  } else {
    set.text("thumbnail_problem", update.thumbnail_problem);
  }
  if (update.count_try) set.expression("tries = tries + 1");
  // What was edited after the move has been fetched again, or was our own stamp.
  if (update.stored || update.stamped_at) set.expression("changed_since = 0");
  return set.run(connection, update.record_id);
}

Result<LedgerCounts> read_counts(SqliteConnection& connection, int version) {
  LedgerCounts counts;
  for (const Fate fate : k_fates) counts.fates[fate] = 0;
  FMF_TRY_ASSIGN(const auto fates, tally(connection, "fate", ""));
  for (const auto& [name, number] : fates) {
    counts.fates[fate_from(name).value_or(Fate::pending)] += number;
    counts.present += number;
  }
  FMF_TRY_ASSIGN(counts.reasons, tally(connection, "reason", "AND reason <> ''"));
  FMF_TRY_ASSIGN(counts.stamp_problems,
                 tally(connection, "stamp_problem", "AND stamp_problem <> ''"));
  FMF_TRY_ASSIGN(counts.link_problems, tally(connection, "link_problem", "AND link_problem <> ''"));
  FMF_TRY_ASSIGN(auto sums, connection.prepare(R"sql(
    SELECT coalesce(sum(present = 0), 0),
           coalesce(sum(present = 0 AND fate = 'moved'), 0),
           coalesce(sum(CASE WHEN fate = 'moved' THEN length END), 0),
           coalesce(sum(present = 1 AND mark <> ''), 0),
           coalesce(sum(present = 1 AND stamped_at <> ''), 0),
           coalesce(sum(present = 1 AND image_id <> ''), 0),
           coalesce(sum(changed_since), 0)
    FROM record)sql"));
  FMF_TRY(sums.step());
  counts.gone = sums.integer(0);
  counts.gone_moved = sums.integer(1);
  counts.bytes_moved = sums.integer(2);
  counts.marked = sums.integer(3);
  counts.stamped = sums.integer(4);
  counts.linked = sums.integer(5);
  counts.changed_since = sums.integer(6);
  if (version >= 3) FMF_TRY(read_thumbnail_counts(connection, counts));
  FMF_TRY_ASSIGN(
      auto source,
      connection.prepare("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'source_count'"));
  FMF_TRY_ASSIGN(const bool known, source.step());
  if (known) counts.source_count = source.integer(0);
  // Grouping sorts, which takes a fifth of the time that a DISTINCT of random hashes does.
  FMF_TRY_ASSIGN(
      counts.same_bytes,
      connection.query_integer("SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n "
                               "FROM record WHERE fate = 'moved' AND sha256 IS NOT NULL "
                               "GROUP BY sha256)"));
  return counts;
}

Result<std::vector<SameBytes>> read_same_bytes(SqliteConnection& connection) {
  FMF_TRY_ASSIGN(auto groups, connection.prepare(R"sql(
    SELECT sha256, max(length), count(*), count(DISTINCT key) FROM record
    WHERE fate = 'moved' AND sha256 IS NOT NULL
    GROUP BY sha256 HAVING count(*) > 1
    ORDER BY (count(DISTINCT key) - 1) * max(length) DESC, sha256)sql"));
  std::vector<SameBytes> found;
  while (true) {
    FMF_TRY_ASSIGN(const bool more, groups.step());
    if (!more) return found;
    found.push_back({.sha256 = from_hex(groups.text(0)).value_or(""),
                     .length = groups.integer(1),
                     .records = groups.integer(2),
                     .objects = groups.integer(3)});
  }
}

}  // namespace fmferry
