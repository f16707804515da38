// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fmferry::odbc {

enum class FieldType { text, number, date, time, timestamp, container };

// As FileMaker_Fields names it: "varchar", "decimal", "binary", "global timestamp".
[[nodiscard]] FieldType field_type(std::string_view name);

// "4711", also as drivers write it that take every number for a fraction: "4711.000".
[[nodiscard]] std::optional<std::int64_t> whole_number(std::string_view text);

// What SQL says of a value, as FileMaker's other ways in say it: "2025-03-11 09:05:00" is
// "03/11/2025 09:05:00". What has no such form stays as it is.
[[nodiscard]] std::string as_filemaker_says(FieldType type, const std::string& text);

// The value as a literal of FileMaker's SQL, for types other than text; nothing when it does not
// fit the type. Empty is NULL.
[[nodiscard]] std::optional<std::string> literal(FieldType type, const std::string& value);

}  // namespace fmferry::odbc
