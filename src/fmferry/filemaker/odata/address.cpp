// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/server.hpp>
#include <fmferry/filemaker/odata/address.hpp>

#include <algorithm>

namespace fmferry::odata {
namespace {

constexpr std::string_view k_bare = "$,()'=-._~";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Status check_names(const ODataOptions& options) {
  if (options.database.empty()) return fail(ErrorKind::invalid, "no database is named");
  if (options.table.empty()) return fail(ErrorKind::invalid, "no table occurrence is named");
  if (options.authorization == nullptr) return fail(ErrorKind::invalid, "no account is named");
  if (options.table.find('/') != std::string::npos) {
    return fail(
        ErrorKind::invalid,
        "table '" + options.table +
            "': web servers let no name with a slash through; use another table occurrence");
  }
  if (options.page_size < 2) return fail(ErrorKind::invalid, "page_size must be 2 or more");
  return {};
}

std::string with_options(std::string url, const QueryOptions& options) {
  char before = '?';
  for (const auto& [name, value] : options) {
    url += before;
    url += "$" + std::string(name) + "=" + encode_option(value);
    before = '&';
  }
  return url;
}

}  // namespace

std::string quoted_name(std::string_view name) {
  const bool plain =
      !name.empty() && !is_digit(name.front()) &&
      std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
  return plain ? std::string(name) : "\"" + std::string(name) + "\"";
}

std::string text_literal(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) literal += c == '\'' ? std::string("''") : std::string(1, c);
  return literal + "'";
}

std::string encode_option(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (k_bare.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += percent_encode(std::string_view(&c, 1));
    }
  }
  return encoded;
}

Result<Address> Address::make(const ODataOptions& options) {
  FMF_TRY(check_names(options));
  FMF_TRY_ASSIGN(const Url server, filemaker::server_of(options.server));
  FMF_TRY(filemaker::check_protection(server, options.insecure));
  Address address;
  address.server_ = server;
  address.database_ = "/fmi/odata/v4/" + percent_encode(options.database);
  address.table_ = percent_encode(options.table);
  return address;
}

std::string Address::table(const QueryOptions& options) const {
  return with_options(database() + "/" + table_, options);
}

std::string Address::path_of(const std::string& place) const {
  return database_ + "/" + table_ + place;
}

std::string Address::record(const std::string& place, const QueryOptions& options) const {
  return with_options(server_.origin() + path_of(place), options);
}

std::string Address::value(const std::string& place, const std::string& field) const {
  return server_.origin() + path_of(place) + "/" + percent_encode(field) + "/$value";
}

std::string place_of(RecordId record_id) {
  return "(ROWID=" + std::to_string(record_id) + ")";
}

}  // namespace fmferry::odata
