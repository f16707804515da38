// SPDX-License-Identifier: Apache-2.0
#include <fmsim/odata/path.hpp>

#include <algorithm>
#include <charconv>
#include <vector>

namespace fmsim::odata {
namespace {

constexpr std::string_view k_base = "/fmi/odata/";

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    if (end != 0) parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// The text between single quotes; nothing when it is not exactly one literal.
std::optional<std::string> literal(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'' || text.back() != '\'') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'' && (i + 1 == text.size() || text[++i] != '\'')) return std::nullopt;
    out += text[i];
  }
  return out;
}

std::optional<Key> read_key(std::string_view text) {
  constexpr std::string_view k_row_id = "ROWID=";
  if (text.starts_with(k_row_id)) {
    const auto number = whole_number(text.substr(k_row_id.size()));
    if (!number) return std::nullopt;
    return Key{number, {}};
  }
  const std::size_t equals = text.find('=');
  if (equals != std::string_view::npos && text.find('\'') > equals) text.remove_prefix(equals + 1);
  if (auto value = literal(text)) return Key{std::nullopt, *std::move(value)};
  if (whole_number(text)) return Key{std::nullopt, std::string(text)};
  return std::nullopt;
}

// A name may have parentheses of its own: the key is the first thing in such that reads as one.
void read_set(std::string_view raw, Path& path) {
  path.set = decoded(raw);
  path.bare_symbol = raw.substr(0, raw.find('(')).find('@') != std::string_view::npos;
  if (!path.set.ends_with(')')) return;
  for (std::size_t at = path.set.find('('); at != std::string::npos;
       at = path.set.find('(', at + 1)) {
    const std::string_view inside(path.set);
    path.key = read_key(inside.substr(at + 1, path.set.size() - at - 2));
    if (!path.key) continue;
    path.set.resize(at);
    return;
  }
}

void read_options(std::string_view query, Path& path) {
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? "" : pair.substr(equals + 1);
    path.options[decoded(pair.substr(0, equals))] = decoded(value);
  }
}

}  // namespace

std::optional<std::string> Path::option(const std::string& name) const {
  const auto found = options.find(name);
  if (found == options.end()) return std::nullopt;
  return found->second;
}

bool is_odata(std::string_view target) {
  return target.starts_with(k_base);
}

Path read_path(std::string_view target) {
  Path path;
  const std::size_t question = target.find('?');
  if (question != std::string_view::npos) read_options(target.substr(question + 1), path);
  const auto parts = split(target.substr(k_base.size(), question - k_base.size()), '/');
  if (!parts.empty()) path.version = parts[0];
  if (parts.size() > 1) path.database = decoded(parts[1]);
  if (parts.size() > 2) read_set(parts[2], path);
  if (parts.size() > 3) path.property = decoded(parts[3]);
  if (parts.size() > 4) path.tail = decoded(parts[4]);
  if (path.property.starts_with('$')) std::swap(path.property, path.tail);
  if (parts.size() > 5) path.problem = "too many segments";
  if (path.version != "v4") path.problem = "no such version";
  return path;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool code =
        text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    out += code ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (code) i += 2;
  }
  return out;
}

std::string encoded(std::string_view text) {
  constexpr std::string_view k_bare =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~'()=$,";
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (k_bare.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += k_digits[byte >> 4U];
    out += k_digits[byte & 15U];
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

}  // namespace fmsim::odata
