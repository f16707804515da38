// SPDX-License-Identifier: Apache-2.0
#include <fmsim/error_codes.hpp>
#include <fmsim/odata/problem.hpp>

namespace fmsim::odata {

Problem filemaker_problem(int error_code) {
  return {http_status_of(error_code),
          std::to_string(error_code),
          std::string(message_of(error_code)) + " (" + std::to_string(error_code) + ")"};
}

Problem url_problem(std::string_view message) {
  return {400, "-1002", std::string(message)};
}

Problem unknown_set(std::string_view name) {
  return {404, "-1020", "The entity set '" + std::string(name) + "' is not defined"};
}

Problem unknown_record() {
  return {404, "-1023", "Record not found"};
}

Problem unknown_field(std::string_view name) {
  return {400,
          "8309",
          "The field named '" + std::string(name) + "' does not exist in a specified table (9)"};
}

Problem query_problem(std::size_t column, std::string_view message) {
  return {
      400, "8309", "FQL0001/(1:" + std::to_string(column) + "): " + std::string(message) + " (9)"};
}

}  // namespace fmsim::odata
