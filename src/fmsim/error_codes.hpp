// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace fmsim {

// FileMaker's own error numbers, as far as the simulator gives them.
namespace code {
inline constexpr int no_credentials = 10;
inline constexpr int record_missing = 101;
inline constexpr int field_missing = 102;
inline constexpr int script_missing = 104;
inline constexpr int layout_missing = 105;
inline constexpr int table_missing = 106;
inline constexpr int field_not_modifiable = 201;
inline constexpr int bad_account = 212;
inline constexpr int record_in_use = 301;
inline constexpr int mod_id_differs = 306;
inline constexpr int criteria_empty = 400;
inline constexpr int none_found = 401;
inline constexpr int date_invalid = 500;
inline constexpr int value_not_unique = 504;
inline constexpr int value_required = 509;
inline constexpr int file_not_opened = 802;
inline constexpr int host_capacity = 812;
inline constexpr int token_invalid = 952;
inline constexpr int data_limit = 953;
inline constexpr int too_many_sessions = 956;
inline constexpr int parameter_missing = 958;
inline constexpr int parameter_invalid = 960;
inline constexpr int url_format = 1630;
inline constexpr int value_invalid = 1708;
}  // namespace code

std::string_view message_of(int error_code);

// The HTTP status that carries the code.
int http_status_of(int error_code);

}  // namespace fmsim
