// SPDX-License-Identifier: Apache-2.0
#include <fmsim/json_text.hpp>

namespace fmsim {
namespace {

void append_control(std::string& out, unsigned char c) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  out += "\\u00";
  out += k_digits[c >> 4U];
  out += k_digits[c & 15U];
}

void separate(std::string& out) {
  if (!out.empty() && out.back() != '{' && out.back() != '[') out += ',';
}

}  // namespace

void append_json(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && c != '"' && c != '\\') {
      out += c;
      continue;
    }
    constexpr std::string_view k_short = "\"\\\b\f\n\r\t";
    constexpr std::string_view k_letters = "\"\\bfnrt";
    const std::size_t at = k_short.find(c);
    if (at == std::string_view::npos) {
      append_control(out, byte);
    } else {
      out += '\\';
      out += k_letters[at];
    }
  }
  out += '"';
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json(out, text);
  return out;
}

void append_key(std::string& out, std::string_view key) {
  separate(out);
  append_json(out, key);
  out += ':';
}

void append_member(std::string& out, std::string_view key, std::string_view value) {
  append_key(out, key);
  append_json(out, value);
}

void append_raw_member(std::string& out, std::string_view key, std::string_view json) {
  append_key(out, key);
  out += json;
}

}  // namespace fmsim
