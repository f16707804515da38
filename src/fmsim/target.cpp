// SPDX-License-Identifier: Apache-2.0
#include <fmsim/target.hpp>

namespace fmsim {
namespace {

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && nibble(text[i + 1]) >= 0 &&
        nibble(text[i + 2]) >= 0) {
      out += static_cast<char>(nibble(text[i + 1]) * 16 + nibble(text[i + 2]));
      i += 2;
    } else {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

void read_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (!pair.empty()) {
      const auto value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
      target.query[decode(pair.substr(0, equals), true)] = decode(value, true);
    }
    if (end == std::string_view::npos) return;
    query.remove_prefix(end + 1);
  }
}

}  // namespace

std::optional<std::string> Target::parameter(const std::string& name) const {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  return found->second;
}

Target read_target(std::string_view text) {
  Target target;
  const std::size_t question = text.find('?');
  std::string_view path = text.substr(0, question);
  if (question != std::string_view::npos) read_query(text.substr(question + 1), target);
  target.path = decode(path, false);
  while (!path.empty()) {
    if (path.front() == '/') path.remove_prefix(1);
    const std::size_t end = path.find('/');
    target.segments.push_back(decode(path.substr(0, end), false));
    if (target.segments.back().find('/') != std::string::npos) target.has_encoded_slash = true;
    if (end == std::string_view::npos) break;
    path.remove_prefix(end);
  }
  return target;
}

}  // namespace fmsim
