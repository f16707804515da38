// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fmferry {

enum class LogLevel { debug, info, warning, error };

// Diagnostics on stderr, one line each. Everything passes the redactor: URLs lose their query,
// tokens and Basic credentials are blotted out. Thread-safe.
void log(LogLevel level, std::string_view line);
void set_log_level(LogLevel level);
// Whether such a line would be seen; spares making it.
[[nodiscard]] bool is_logged(LogLevel level);

// The line with query strings, bearer tokens and credentials replaced by "…".
[[nodiscard]] std::string redact(std::string_view line);

}  // namespace fmferry
