// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/ledger.hpp>
#include <fmferry/sqlite/connection.hpp>

#include <functional>
#include <string>

namespace fmferry {

// What a walk learned about one record, as against the ledger.
enum class SightKind {
  added,     // never seen before
  same,      // as the ledger knows it
  changed,   // edited at the source since
  returned,  // was gone, and is there again
  again,     // seen already in this walk
};

Result<SightKind> see_one(SqliteConnection& connection,
                          const SeenRecord& record,
                          std::int64_t walk);

using EventWriter = std::function<Status(RecordId, std::string_view step, std::string detail)>;

// Records not seen in this walk are no longer present. Answers how many left now.
Result<std::int64_t> mark_gone(SqliteConnection& connection,
                               std::int64_t walk,
                               const EventWriter& note);

// Applies Ledger::end_walk's rules about shared ids.
Status mark_duplicates(SqliteConnection& connection,
                       const Ledger::WalkRules& rules,
                       const EventWriter& note);

}  // namespace fmferry
