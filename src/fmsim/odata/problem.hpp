// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fmsim::odata {

// A request cannot be served. Thrown by everything below odata/ and caught where a request or one
// part of a batch is answered.
struct Problem {
  int http_status{400};
  std::string code;
  std::string message;
};

// One of FileMaker's own codes, with its own text and status.
Problem filemaker_problem(int error_code);

Problem url_problem(std::string_view message = "URL syntax error");
Problem unknown_set(std::string_view name);
Problem unknown_record();
Problem unknown_field(std::string_view name);

// The SQL layer does not understand the query from that column on (from 1).
Problem query_problem(std::size_t column, std::string_view message);

}  // namespace fmsim::odata
