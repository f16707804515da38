// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fmferry::sql {

// How a column wants a UUID: Django's char(32) as 32 lower-case hex digits; anything else with
// dashes. A UUID in the wrong form reads back well but is never found by its key.
enum class UuidForm { hex, dashed };

// By the column's declared type, such as "char(32)" or "uuid".
[[nodiscard]] UuidForm uuid_form_of(std::string_view declared_type);
// n of "varchar(n)"; nothing for types without a limit.
[[nodiscard]] std::optional<std::size_t> limit_of(std::string_view declared_type);

// From any of the two forms and any case; nothing when the text is no UUID.
[[nodiscard]] std::optional<std::string> to_uuid_form(std::string_view text, UuidForm form);
// The dashed form of what a column held; text that is no UUID stays as it is.
[[nodiscard]] std::string plain_uuid(std::string_view text);

// "2026-11-22 17:03:45.000123", UTC, and no fraction at a whole second: what Django writes, sorts
// by and looks for.
[[nodiscard]] std::string timestamp_text(std::chrono::system_clock::time_point time);
[[nodiscard]] bool is_day(std::string_view text);  // "YYYY-MM-DD"
// At most `limit` characters (not bytes) from the start.
[[nodiscard]] std::string_view first_characters(std::string_view text, std::size_t limit);
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace fmferry::sql
