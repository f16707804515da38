// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/ledger.hpp>
#include <fmferry/sqlite/connection.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace fmferry {

// One line of the audit trail as it is stored.
struct LedgerEvent {
  std::int64_t seq{0};
  std::string at{};
  std::string run{};
  std::optional<RecordId> record_id{};
  std::string step{};
  std::string detail{};  // a JSON object
};

// The hash of an event: SHA-256, in hex, over the hash of the event before it (64 zeros for the
// first) and this event's columns, each followed by a line feed.
[[nodiscard]] std::string event_hash(std::string_view before, const LedgerEvent& event);
[[nodiscard]] std::string first_hash();

// All events in order; after each step() of the statement stored_event() has one, and the hash that
// was stored with it.
struct StoredEvent {
  LedgerEvent event{};
  std::string hash{};
};

[[nodiscard]] Result<SqliteStatement> select_events(SqliteConnection& connection);
[[nodiscard]] StoredEvent stored_event(const SqliteStatement& events);

// What a step changed, as a JSON object with only the members that were set.
[[nodiscard]] std::string detail_of(const StepUpdate& update);
[[nodiscard]] std::string detail_of(const SeenRecord& seen);
[[nodiscard]] std::string note_detail(std::string_view text);

// Appends events to the chain inside the caller's transaction. After a rollback, resume() again.
class EventChain {
 public:
  // Takes up the chain where it ends.
  Status resume(SqliteConnection& connection);
  Status append(SqliteConnection& connection,
                std::string at,
                std::string run,
                std::optional<RecordId> record_id,
                std::string_view step,
                std::string detail);
  // Writes the head into meta, so that a cut-off tail is noticed. Before each commit.
  Status seal(SqliteConnection& connection) const;

 private:
  std::optional<SqliteStatement> insert_{};
  std::int64_t seq_{0};
  std::string head_{};
};

}  // namespace fmferry
