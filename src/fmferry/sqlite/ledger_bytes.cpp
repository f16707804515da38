// SPDX-License-Identifier: Apache-2.0
#include <fmferry/sqlite/connection.hpp>
#include <fmferry/sqlite/ledger_bytes.hpp>

namespace fmferry {
namespace {

// The number follows the note's first five letters.
constexpr const char* k_question = R"sql(
WITH noted AS (
  SELECT run, max(seq) AS seq FROM event
  WHERE step = 'run' AND at >= ?1
    AND json_extract(detail, '$.note') LIKE 'read % bytes from the server'
  GROUP BY run)
SELECT
  coalesce((SELECT sum(CAST(substr(json_extract(detail, '$.note'), 6) AS INTEGER))
            FROM event WHERE seq IN (SELECT seq FROM noted)), 0) +
  coalesce((SELECT sum(json_extract(event.detail, '$.bytes'))
            FROM event LEFT JOIN noted ON noted.run = event.run
            WHERE event.step = 'stored' AND event.at >= ?1
              AND (noted.seq IS NULL OR event.seq > noted.seq)), 0)
)sql";

}  // namespace

std::string bytes_note(std::int64_t bytes) {
  return "read " + std::to_string(bytes) + " bytes from the server";
}

Result<std::int64_t> bytes_read_since(const std::filesystem::path& ledger,
                                      const std::string& since) {
  if (std::error_code ignored; !std::filesystem::exists(ledger, ignored)) return 0;
  FMF_TRY_ASSIGN(auto connection, SqliteConnection::open(ledger, {.mode = SqliteMode::read_only}));
  FMF_TRY_ASSIGN(auto select, connection.prepare(k_question));
  select.bind_text(1, since);
  FMF_TRY(select.step());
  return select.integer(0);
}

}  // namespace fmferry
