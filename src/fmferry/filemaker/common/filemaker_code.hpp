// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/error.hpp>

namespace fmferry::filemaker {

inline constexpr int k_ok = 0;
inline constexpr int k_record_missing = 101;
inline constexpr int k_layout_missing = 105;
inline constexpr int k_window_missing = 112;
inline constexpr int k_bad_credentials = 212;
inline constexpr int k_record_locked = 301;
inline constexpr int k_changed_since = 306;
inline constexpr int k_none_match = 401;
inline constexpr int k_file_not_open = 802;
inline constexpr int k_bad_token = 952;

// What FileMaker's own code means to us, in our words: the server's text is never passed on. The
// HTTP status beside a code differs between versions and says nothing more.
[[nodiscard]] Error error_of(int code);

// The server no longer knows the session: another login mends it.
[[nodiscard]] bool ends_session(int code);

}  // namespace fmferry::filemaker
