// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fmsim::odata {

// What stands in the parentheses after a table: a ROWID, or the value of the key.
struct Key {
  std::optional<std::uint64_t> row_id;
  std::string value;
};

// A request below /fmi/odata taken apart, decoded.
struct Path {
  std::string version;
  std::string database;  // "": the service itself
  std::string set;       // table occurrence, $metadata, $batch, Script.Name
  std::optional<Key> key;
  std::string property;
  std::string tail;         // $value, $count
  bool bare_symbol{false};  // the name of the set has a symbol that should have been encoded
  std::string problem{};    // why it is no URL that the engine knows; "" when it is one
  std::map<std::string, std::string> options;  // of the query; a + stays one

  [[nodiscard]] std::optional<std::string> option(const std::string& name) const;
};

[[nodiscard]] bool is_odata(std::string_view target);

// `target` is a request's, still encoded.
Path read_path(std::string_view target);

// Percent codes taken out.
std::string decoded(std::string_view text);

// Text for one segment of a URL.
std::string encoded(std::string_view text);

// A literal for a URL or a filter: in single quotes, those inside doubled.
std::string quoted(std::string_view text);

}  // namespace fmsim::odata
