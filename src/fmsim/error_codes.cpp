// SPDX-License-Identifier: Apache-2.0
#include <fmsim/error_codes.hpp>

#include <algorithm>
#include <array>

namespace fmsim {
namespace {

struct Message {
  int number;
  int http;
  std::string_view text;
};

constexpr std::array<Message, 26> k_messages{{
    {0, 200, "OK"},
    {code::no_credentials, 401, "HTTP Authorization header or OAuth headers are missing."},
    {code::record_missing, 500, "Record is missing"},
    {code::field_missing, 500, "Field is missing"},
    {code::script_missing, 500, "Script is missing"},
    {code::layout_missing, 500, "Layout is missing"},
    {code::table_missing, 500, "Table is missing"},
    {code::field_not_modifiable, 500, "Field cannot be modified"},
    {code::bad_account, 401, "Invalid user account and/or password; please try again"},
    {code::record_in_use, 500, "Record is in use by another user"},
    {code::mod_id_differs, 500, "Record modification ID does not match"},
    {code::criteria_empty, 500, "Find criteria are empty"},
    {code::none_found, 500, "No records match the request"},
    {code::date_invalid, 500, "Date value does not meet validation entry options"},
    {code::value_not_unique,
     500,
     "Value in field is not unique, as required in validation entry options"},
    {code::value_required, 500, "Field requires a value"},
    {code::file_not_opened, 500, "Unable to open the file"},
    {code::host_capacity, 500, "Exceeded host's capacity"},
    {951, 500, "Unexpected error occurred"},
    {code::token_invalid, 401, "Invalid FileMaker Data API token (*)"},
    {code::data_limit, 500, "Exceeded limit on data the Data API can transmit"},
    {code::too_many_sessions, 500, "Maximum number of Data API sessions exceeded"},
    {code::parameter_missing, 400, "Parameter is missing"},
    {code::parameter_invalid, 400, "Parameter is invalid"},
    {code::url_format, 404, "URL format is incorrect"},
    {code::value_invalid, 400, "Parameter value is invalid"},
}};

}  // namespace

std::string_view message_of(int error_code) {
  const auto found = std::find_if(k_messages.begin(), k_messages.end(), [&](const Message& each) {
    return each.number == error_code;
  });
  return found == k_messages.end() ? "Unexpected error occurred" : found->text;
}

int http_status_of(int error_code) {
  const auto found = std::find_if(k_messages.begin(), k_messages.end(), [&](const Message& each) {
    return each.number == error_code;
  });
  return found == k_messages.end() ? 500 : found->http;
}

}  // namespace fmsim
