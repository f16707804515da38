// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/sqlite/connection.hpp>

#include <filesystem>

namespace fmferry {

// Version of the schema, kept in PRAGMA user_version. docs/formats/ledger.md describes it.
inline constexpr int k_ledger_version = 3;

// PRAGMA application_id, which tells a ledger from other people's databases: "fmfL".
inline constexpr int k_ledger_application = 0x666d664c;

inline constexpr const char* k_ledger_schema = R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE record(
  record_id INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  mod_id INTEGER NOT NULL,
  parent TEXT NOT NULL,
  day TEXT NOT NULL,
  category TEXT NOT NULL,
  walk INTEGER NOT NULL,
  present INTEGER NOT NULL DEFAULT 1,
  changed_since INTEGER NOT NULL DEFAULT 0,
  fate TEXT NOT NULL,
  reason TEXT NOT NULL,
  choice TEXT NOT NULL,
  mark TEXT NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  field TEXT NOT NULL DEFAULT '',
  key TEXT,
  length INTEGER,
  sha256 TEXT,
  media_type TEXT,
  width INTEGER,
  height INTEGER,
  etag TEXT,
  proof TEXT,
  stamped_at TEXT NOT NULL DEFAULT '',
  stamp_problem TEXT NOT NULL DEFAULT '',
  image_id TEXT NOT NULL DEFAULT '',
  link_problem TEXT NOT NULL DEFAULT '',
  file_name TEXT,
  alternatives TEXT,
  orientation INTEGER,
  taken TEXT,
  pages INTEGER,
  fields TEXT NOT NULL DEFAULT '{}',
  parent_id TEXT NOT NULL DEFAULT '',
  thumbnail_key TEXT,
  thumbnail_length INTEGER,
  thumbnail_width INTEGER,
  thumbnail_height INTEGER,
  thumbnail_problem TEXT NOT NULL DEFAULT ''
);
CREATE INDEX record_by_fate ON record(fate, record_id);
CREATE INDEX record_by_id ON record(id COLLATE NOCASE);
CREATE TABLE event(
  seq INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  run TEXT NOT NULL,
  record_id INTEGER,
  step TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL
);
PRAGMA application_id = 1718445644;
PRAGMA user_version = 3;
)sql";

// Takes a ledger of an older version to the next one. In one transaction, or it is neither.
inline constexpr const char* k_ledger_from_1_to_2 = R"sql(
ALTER TABLE record ADD COLUMN file_name TEXT;
ALTER TABLE record ADD COLUMN alternatives TEXT;
PRAGMA user_version = 2;
)sql";

inline constexpr const char* k_ledger_from_2_to_3 = R"sql(
ALTER TABLE record ADD COLUMN orientation INTEGER;
ALTER TABLE record ADD COLUMN taken TEXT;
ALTER TABLE record ADD COLUMN pages INTEGER;
ALTER TABLE record ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';
ALTER TABLE record ADD COLUMN parent_id TEXT NOT NULL DEFAULT '';
ALTER TABLE record ADD COLUMN thumbnail_key TEXT;
ALTER TABLE record ADD COLUMN thumbnail_length INTEGER;
ALTER TABLE record ADD COLUMN thumbnail_width INTEGER;
ALTER TABLE record ADD COLUMN thumbnail_height INTEGER;
ALTER TABLE record ADD COLUMN thumbnail_problem TEXT NOT NULL DEFAULT '';
PRAGMA user_version = 3;
)sql";

// The ledger's version, from 1 to ours. `invalid` when this is no ledger, or a later one.
[[nodiscard]] inline Result<int> require_ledger(SqliteConnection& connection,
                                                const std::filesystem::path& file) {
  FMF_TRY_ASSIGN(const auto version, connection.query_integer("PRAGMA user_version"));
  FMF_TRY_ASSIGN(const auto application, connection.query_integer("PRAGMA application_id"));
  if (application == k_ledger_application && version >= 1 && version <= k_ledger_version) {
    return static_cast<int>(version);
  }
  const std::string other =
      application == k_ledger_application
          ? " is a ledger of version " + std::to_string(version) + ": use the fmferry that made it"
          : " is no ledger of fmferry: name another file";
  return fail(ErrorKind::invalid, file.string() + other);
}

}  // namespace fmferry
