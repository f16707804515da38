// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/connection_string.hpp>
#include <fmferry/foundation/encoding.hpp>

#include <algorithm>
#include <array>

namespace fmferry::odbc {
namespace {

constexpr std::size_t k_longest_text = 300;

std::string braced(const std::string& value) {
  std::string out = "{";
  for (const char c : value) {
    out += c;
    if (c == '}') out += '}';
  }
  return out + "}";
}

// Braces only where they are needed: not every driver takes them away again.
std::string quoted(const std::string& value) {
  const bool plain = value.find_first_of("[]{}(),;?*=!@") == std::string::npos &&
                     (value.empty() || trim(value).size() == value.size());
  return plain ? value : braced(value);
}

std::string keyword_of(std::string_view entry) {
  return to_lower(trim(entry.substr(0, entry.find('='))));
}

bool names_credentials(std::string_view extra) {
  static constexpr std::array<std::string_view, 5> k_credentials{
      "pwd", "password", "uid", "user", "username"};
  while (!extra.empty()) {
    const auto end = std::min(extra.find(';'), extra.size());
    const std::string keyword = keyword_of(extra.substr(0, end));
    if (std::ranges::find(k_credentials, keyword) != k_credentials.end()) return true;
    extra.remove_prefix(std::min(end + 1, extra.size()));
  }
  return false;
}

void blot(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos;) {
    text.replace(at, secret.size(), "…");
    at += std::string_view("…").size();
  }
}

// Where a text begins to repeat a connection string; its end when it doesn't.
std::size_t begin_of_echo(const std::string& text) {
  static constexpr std::array<std::string_view, 8> k_keywords{
      "pwd=", "password=", "uid=", "username=", "driver=", "dsn=", "server=", "database="};
  const std::string lower = to_lower(text);
  std::size_t begin = text.size();
  for (const auto keyword : k_keywords) begin = std::min(begin, lower.find(keyword));
  return std::min(begin, text.size());
}

// A character that was cut in two is dropped.
void shorten(std::string& text) {
  if (text.size() <= k_longest_text) return;
  std::size_t end = k_longest_text;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  text += "…";
}

}  // namespace

Status check_connection_options(const OdbcOptions& options) {
  if (to_lower(options.server).ends_with(".filemaker-cloud.com")) {
    return fail(ErrorKind::invalid,
                "FileMaker Cloud offers no ODBC: use OData ([source] kind = \"odata\")");
  }
  if (options.dsn.empty() && (options.server.empty() || options.driver.empty())) {
    return fail(ErrorKind::invalid,
                "ODBC needs a data source (dsn), or a server and the name of FileMaker's driver");
  }
  if (options.user.empty()) return fail(ErrorKind::invalid, "ODBC needs a user");
  if (names_credentials(options.extra)) {
    return fail(ErrorKind::invalid,
                "user and password do not belong among the driver's keywords: they have keys of "
                "their own");
  }
  return {};
}

std::string connection_string(const OdbcOptions& options) {
  std::string text =
      options.dsn.empty() ? "DRIVER=" + braced(options.driver) : "DSN=" + quoted(options.dsn);
  const auto add = [&text](std::string_view keyword, const std::string& value) {
    if (!value.empty()) text += ";" + std::string(keyword) + "=" + value;
  };
  // A data source knows where it leads.
  if (options.dsn.empty()) {
    add("SERVER", quoted(options.server));
    if (options.port > 0) add("PORT", std::to_string(options.port));
  }
  add("DATABASE", quoted(options.database));
  text += ";UID=" + quoted(options.user) + ";PWD=" + quoted(options.password.reveal());
  if (!options.extra.empty()) text += ";" + options.extra;
  return text;
}

std::string without_secrets(std::string_view text, const Secret& password) {
  std::string line(text);
  blot(line, quoted(password.reveal()));
  blot(line, password.reveal());
  line.resize(begin_of_echo(line));
  std::ranges::replace_if(line, is_control, ' ');
  line = std::string(trim(line));
  shorten(line);
  return line;
}

}  // namespace fmferry::odbc
