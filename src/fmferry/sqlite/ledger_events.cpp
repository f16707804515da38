// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/sqlite/ledger_events.hpp>

#include <boost/json.hpp>

namespace fmferry {
namespace {

namespace json = boost::json;

template <class T>
void put(json::object& object, std::string_view name, const std::optional<T>& value) {
  if (value) object[name] = *value;
}

}  // namespace

Result<SqliteStatement> select_events(SqliteConnection& connection) {
  return connection.prepare(
      "SELECT seq, at, run, record_id, step, detail, hash FROM event ORDER BY seq");
}

StoredEvent stored_event(const SqliteStatement& events) {
  return {.event = {.seq = events.integer(0),
                    .at = events.text(1),
                    .run = events.text(2),
                    .record_id = events.optional_integer(3),
                    .step = events.text(4),
                    .detail = events.text(5)},
          .hash = events.text(6)};
}

std::string first_hash() {
  return std::string(64, '0');
}

std::string event_hash(std::string_view before, const LedgerEvent& event) {
  Hasher hasher;
  const auto column = [&hasher](std::string_view text) {
    hasher.update(text);
    hasher.update("\n");
  };
  column(before);
  column(std::to_string(event.seq));
  column(event.at);
  column(event.run);
  column(event.record_id ? std::to_string(*event.record_id) : "");
  column(event.step);
  column(event.detail);
  return to_hex(hasher.finish());
}

std::string detail_of(const StepUpdate& update) {
  json::object object;
  if (update.fate) object["fate"] = name_of(*update.fate);
  put(object, "reason", update.reason);
  put(object, "choice", update.choice);
  put(object, "mark", update.mark);
  put(object, "mod_id", update.mod_id);
  if (update.stored) {
    object["field"] = update.stored->field;
    object["key"] = update.stored->key;
    object["bytes"] = update.stored->length;
    object["sha256"] = to_hex(update.stored->sha256);
    object["media_type"] = update.stored->media_type;
    object["proof"] = update.stored->proof;
    object["file_name"] = update.stored->file_name;
    object["alternatives"] = update.stored->alternatives;
  }
  put(object, "stamped_at", update.stamped_at);
  put(object, "stamp_problem", update.stamp_problem);
  put(object, "image_id", update.image_id);
  put(object, "parent_id", update.parent_id);
  put(object, "link_problem", update.link_problem);
  if (update.thumbnail) object["thumbnail"] = update.thumbnail->key;
  put(object, "thumbnail_problem", update.thumbnail_problem);
  if (update.count_try) object["try"] = true;
  return json::serialize(object);
}

std::string detail_of(const SeenRecord& seen) {
  json::object object;
  object["id"] = seen.id;
  object["mod_id"] = seen.mod_id;
  object["choice"] = seen.choice;
  object["fate"] = name_of(seen.fate);
  object["reason"] = seen.reason;
  return json::serialize(object);
}

std::string note_detail(std::string_view text) {
  return json::serialize(json::object{{"note", text}});
}

Status EventChain::resume(SqliteConnection& connection) {
  insert_.reset();
  seq_ = 0;
  head_ = first_hash();
  FMF_TRY_ASSIGN(auto last,
                 connection.prepare("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"));
  FMF_TRY_ASSIGN(const bool found, last.step());
  if (found) {
    seq_ = last.integer(0);
    head_ = last.text(1);
  }
  return {};
}

Status EventChain::append(SqliteConnection& connection,
                          std::string at,
                          std::string run,
                          std::optional<RecordId> record_id,
                          std::string_view step,
                          std::string detail) {
  if (!insert_) {
    FMF_TRY_ASSIGN(insert_,
                   connection.prepare("INSERT INTO event(seq, at, run, record_id, step, "
                                      "detail, hash) VALUES(?, ?, ?, ?, ?, ?, ?)"));
  }
  const LedgerEvent event{.seq = seq_ + 1,
                          .at = std::move(at),
                          .run = std::move(run),
                          .record_id = record_id,
                          .step = std::string(step),
                          .detail = std::move(detail)};
  std::string hash = event_hash(head_, event);
  insert_->bind_integer(1, event.seq);
  insert_->bind_text(2, event.at);
  insert_->bind_text(3, event.run);
  insert_->bind_integer_or_null(4, event.record_id);
  insert_->bind_text(5, event.step);
  insert_->bind_text(6, event.detail);
  insert_->bind_text(7, hash);
  FMF_TRY(insert_->run());
  seq_ = event.seq;
  head_ = std::move(hash);
  return {};
}

Status EventChain::seal(SqliteConnection& connection) const {
  FMF_TRY_ASSIGN(auto head,
                 connection.prepare("INSERT INTO meta(name, value) VALUES('head', ?) "
                                    "ON CONFLICT(name) DO UPDATE SET value = excluded.value"));
  head.bind_text(1, head_);
  return head.run();
}

}  // namespace fmferry
