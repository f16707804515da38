// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/filemaker/odbc/options.hpp>
#include <fmferry/foundation/result.hpp>

#include <string>
#include <string_view>

namespace fmferry::odbc {

// `invalid` when the options can't make one: neither data source nor server, no user, a password
// among the extra keywords, or FileMaker Cloud, which offers no ODBC.
[[nodiscard]] Status check_connection_options(const OdbcOptions& options);

// "DSN=…;…" or "DRIVER={FileMaker ODBC};SERVER=…;PORT=…;DATABASE=…", always with UID and PWD: the
// driver takes neither from a data source.
[[nodiscard]] std::string connection_string(const OdbcOptions& options);

// What a driver says, fit to be shown: on one line, not long, and up to where it begins to repeat
// the connection string; the password is blotted out wherever else it is.
[[nodiscard]] std::string without_secrets(std::string_view text, const Secret& password);

}  // namespace fmferry::odbc
