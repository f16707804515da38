// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/ports/ledger.hpp>
#include <fmferry/sqlite/connection.hpp>

#include <string>
#include <vector>

namespace fmferry {

// The columns of `record` that read_row() expects, in its order, in a ledger of this version.
[[nodiscard]] std::string row_columns(int version);
// The column `fields`: a JSON object of texts.
[[nodiscard]] std::string fields_text(const std::map<std::string, std::string>& fields);
[[nodiscard]] LedgerRow read_row(const SqliteStatement& statement);

// The condition under which a row is due.
[[nodiscard]] std::string due_condition(Phase phase);

// Writes what is set in the update into the record's row. `internal` when there is no such row.
Status apply(SqliteConnection& connection, const StepUpdate& update);

[[nodiscard]] Result<LedgerCounts> read_counts(SqliteConnection& connection, int version);

// See Ledger::same_bytes().
[[nodiscard]] Result<std::vector<SameBytes>> read_same_bytes(SqliteConnection& connection);

}  // namespace fmferry
