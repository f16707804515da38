// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odata/ways.hpp>
#include <fmferry/ports/source.hpp>

#include <boost/json/array.hpp>

namespace fmferry::odata {

inline constexpr std::string_view k_row_id = "ROWID";
inline constexpr std::string_view k_mod_id = "ROWMODID";

// One row as a record; its containers are `unknown`, as entities never show them. `corrupt` without
// a number, `invalid` when a field that was asked for is not in it: a missing value must not pass
// for an empty one.
[[nodiscard]] Result<Record> read_row(const boost::json::object& row, const RecordShape& shape);

// The rows of an answer; `corrupt` when it has none, or holds something else.
[[nodiscard]] Result<const boost::json::array*> rows_of(const boost::json::object& answer);

// `@count` of an answer.
[[nodiscard]] Result<std::int64_t> count_of(const boost::json::object& answer);

// A row's value in a column as $filter takes it.
[[nodiscard]] std::string literal_of(const boost::json::value& value, ColumnType type);

}  // namespace fmferry::odata
