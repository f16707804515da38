// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odbc/sql.hpp>

#include <map>
#include <span>
#include <vector>

namespace fmferry::odbc {

// How many records one UPDATE names at most.
inline constexpr int k_records_an_update = 50;
// How many to be given together: those of a waterfall's containers are marked in statements apart.
inline constexpr int k_records_together = 200;

// Writes the same values to some records over one connection. Retries nothing.
class Writer {
 public:
  using Outcomes = std::vector<Result<std::int64_t>>;

  Writer(Connection& connection, const std::string& table)
      : connection_(connection), table_(table) {}

  // One UPDATE, each record guarded by the modification that it must still have; then one look at
  // what the records are now. Refused for one of them, it is tried by halves. For each target, in
  // their order, its new modification or why it was not written: `not_found`, `conflict`, or what
  // the server says about this one. After an error of the whole some may be written all the same;
  // writing them again finds that out. `targets`: k_records_an_update at most.
  Result<Outcomes> write(std::span<const Setting> settings, std::span<const Target> targets);

 private:
  struct Row {
    std::int64_t mod_id{0};
    bool has_values{false};
  };

  static Result<std::int64_t> outcome_of(const Target& target, const Row& row, bool all);
  Result<Outcomes> by_halves(std::span<const Setting> settings, std::span<const Target> targets);
  Result<std::int64_t> update(std::span<const Setting> settings, std::span<const Target> targets);
  Result<std::map<RecordId, Row>> look(std::span<const Setting> settings,
                                       std::span<const Target> targets);

  Connection& connection_;
  const std::string& table_;
};

// The values as SQL takes them; `invalid`, naming the field, where the table has none such, it
// can't be written, or the value does not fit.
Result<std::vector<Setting>> settings_for(const std::string& table_name,
                                          const Table& table,
                                          const FieldUpdates& updates);

}  // namespace fmferry::odbc
