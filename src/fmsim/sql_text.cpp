// SPDX-License-Identifier: Apache-2.0
#include <fmsim/sql_text.hpp>

namespace fmsim {

std::string sql_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += '\'';
  }
  return out + "'";
}

}  // namespace fmsim
