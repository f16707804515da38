// SPDX-License-Identifier: Apache-2.0
#include <fmsim/file_text.hpp>

#include <fstream>
#include <sstream>

namespace fmsim {

std::optional<std::string> read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  return text.str();
}

}  // namespace fmsim
