// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fmsim::odata {

// A part of a multipart body: headers with lower-case names, and what follows the blank line.
struct Part {
  std::map<std::string, std::string> headers;
  std::string body;

  [[nodiscard]] std::string header(const std::string& name) const;
};

// The boundary of a multipart/mixed content type; "" for any other.
std::string boundary_of(std::string_view content_type);

// Refused with 400 when the body does not begin with the boundary or has no end.
std::vector<Part> split_multipart(std::string_view body, const std::string& boundary);

// The request that an application/http part holds; what it does not say is as in `outer`. Without
// a Content-Length its body is not read, unless `reads_all`.
Call read_embedded(const Part& part, const Call& outer, bool reads_all);

// A reply as an application/http part, without the boundary.
std::string embedded(const Reply& reply);

}  // namespace fmsim::odata
