// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odata/options.hpp>
#include <fmferry/foundation/result.hpp>

#include <boost/json/fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace fmferry::odata {

enum class ColumnType { text, number, date, time, timestamp, container };

struct Column {
  std::string name{};
  ColumnType type{ColumnType::text};
  bool is_calculated{false};  // nothing can be written there
};

// A table occurrence as `$metadata` describes it.
struct Table {
  std::vector<Column> columns{};
  std::vector<std::string> key{};  // empty: records are addressed by ROWID only

  [[nodiscard]] const Column* find(std::string_view name) const;
};

// From `$metadata` in either form, CSDL JSON or XML. `invalid`, with the nearest name, when there
// is no such table; `corrupt` when this is no metadata.
[[nodiscard]] Result<Table> read_metadata(std::string_view text, const std::string& table);

// What is read from every record.
struct RecordShape {
  std::vector<std::string> containers{};
  std::vector<Column> fields{};
};

// What the options ask for, completed from the table where they leave it open. `invalid`, naming
// the first field that is missing, of the wrong kind or can't be written.
[[nodiscard]] Result<RecordShape> shape_for(const ODataOptions& options, const Table& table);

// A value as the Data API would show it: dates as MM/DD/YYYY, no zone, null empty. So a record
// looks the same whichever way it came.
[[nodiscard]] std::string shown_value(const boost::json::value& value, ColumnType type);
// The way back; an empty text is null. `zone` is what stands behind the server's own timestamps.
[[nodiscard]] boost::json::value sent_value(const std::string& text,
                                            ColumnType type,
                                            const std::string& zone);
// "Z" or "+10:00" behind a timestamp; empty when it is none.
[[nodiscard]] std::string zone_of(const boost::json::value& timestamp);

}  // namespace fmferry::odata
