// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/toml_text.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <fmt/format.h>

namespace fmferry {

std::string toml_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const bool control = is_control(c);
    if (control) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string toml_text(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + toml_text(text);
  return "[" + out + "]";
}

}  // namespace fmferry
