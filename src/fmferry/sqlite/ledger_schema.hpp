// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace fmferry {

// Version of the schema, kept in PRAGMA user_version. docs/formats/ledger.md describes it.
inline constexpr int k_ledger_version = 1;

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
  link_problem TEXT NOT NULL DEFAULT ''
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
PRAGMA user_version = 1;
)sql";

}  // namespace fmferry
