// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odata/api.hpp>
#include <fmferry/filemaker/odata/metadata.hpp>

#include <boost/json.hpp>

#include <map>
#include <optional>
#include <string>

namespace fmferry::odata {

// How this server tells ROWID and ROWMODID.
enum class SpecialColumns {
  selected,   // named in $select
  preferred,  // by Prefer, beside what $select names
  whole_row,  // by Prefer, and only where $select is left out
};

// What was found out about a server and a table, as documents leave it open. A record's number is
// always its ROWID.
struct Ways {
  RecordShape shape{};
  Table table{};
  SpecialColumns special{SpecialColumns::selected};
  std::string order{};         // the column that pages go by; empty: by $skip
  bool filters_row_id{false};  // ROWID may stand in $filter ...
  bool filters_mod_id{false};  // ... and ROWMODID
  std::string zone{"Z"};       // stands behind the server's own timestamps
  bool sure{false};            // false: the table was empty, so that little could be found out
};

[[nodiscard]] bool orders_by_row_id(const Ways& ways);

// What every request for rows says: which fields, and how the special columns come.
[[nodiscard]] QueryOptions row_options(const Ways& ways);
[[nodiscard]] Headers row_headers();

// What the server has answered so far. A search that failed half-way is repeated with it and asks
// only the rest: against a server that refuses every third call, the whole would never pass at
// once.
struct Answers {
  using Row = Result<std::optional<boost::json::object>>;

  std::optional<std::string> metadata{};
  std::map<std::string, Row> rows{};  // by address; also that the server refuses the request
};

// `$metadata`, as JSON where the server has it so; read_metadata() understands it.
Result<std::string> ask_metadata(const Api& api,
                                 const Address& address,
                                 const CallContext& context);

// Asks `$metadata` and, with a handful of small requests, what the table's rows can do. The errors
// of shape_for() and of the calls.
Result<Ways> find_ways(const Api& api,
                       const Address& address,
                       const ODataOptions& options,
                       Answers& answers,
                       const CallContext& context);

}  // namespace fmferry::odata
