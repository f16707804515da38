// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/calculation.hpp>

#include <algorithm>
#include <charconv>

namespace fmferry::script {
namespace {

bool is_letter(char c) {
  // Letters of other alphabets are several bytes, all above 127.
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) > 127;
}

// Names that a calculation takes as they are; all others must stand in ${...}.
bool is_plain(std::string_view name) {
  if (name.empty() || !(is_letter(name.front()) || name.front() == '_')) return false;
  return std::ranges::all_of(
      name, [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == ' '; });
}

std::string with_repetition(std::string text, int repetition) {
  if (repetition > 1) text += "[" + std::to_string(repetition) + "]";
  return text;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

FieldName field_name(std::string_view configured) {
  const auto open = configured.rfind('(');
  if (open == std::string_view::npos || !configured.ends_with(')')) {
    return {.name = std::string(configured)};
  }
  int repetition = 0;
  const auto* end = configured.data() + configured.size() - 1;
  const auto parsed = std::from_chars(configured.data() + open + 1, end, repetition);
  if (parsed.ec != std::errc() || parsed.ptr != end || repetition < 1) {
    return {.name = std::string(configured)};
  }
  return {.name = std::string(configured.substr(0, open)), .repetition = repetition};
}

std::string field_reference(std::string_view table, std::string_view configured) {
  const FieldName field = field_name(configured);
  const std::string whole = std::string(table) + "::" + field.name;
  const bool plain = is_plain(table) && is_plain(field.name);
  return with_repetition(plain ? whole : "${" + whole + "}", field.repetition);
}

std::string field_text(std::string_view table, std::string_view configured) {
  const FieldName field = field_name(configured);
  return with_repetition(std::string(table) + "::" + field.name, field.repetition);
}

std::string exact_criterion(std::string_view id) {
  std::string result = "\"==\" & Substitute ( " + std::string(id);
  // The backslash first, as the others are escaped with it.
  for (const std::string_view operation :
       {"\\", "@", "*", "#", "?", "!", "=", "<", ">", "\"", "~"}) {
    result += " ; [ " + quoted(operation) + " ; " + quoted("\\" + std::string(operation)) + " ]";
  }
  return result + " )";
}

}  // namespace fmferry::script
