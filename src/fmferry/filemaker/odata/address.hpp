// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/record.hpp>
#include <fmferry/filemaker/odata/options.hpp>
#include <fmferry/foundation/result.hpp>
#include <fmferry/net/http.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fmferry::odata {

// A name as `$select`, `$filter` and `$orderby` take it: in quotes when it has blanks or symbols.
[[nodiscard]] std::string quoted_name(std::string_view name);
// A text in single quotes, those inside doubled.
[[nodiscard]] std::string text_literal(std::string_view text);
// For a query option's value: everything is percent-encoded but what OData's own syntax needs bare.
[[nodiscard]] std::string encode_option(std::string_view text);

using QueryOptions = std::vector<std::pair<std::string_view, std::string>>;

// The addresses of one table occurrence.
class Address {
 public:
  // `invalid` for what can't be an address; `denied` for one that would carry the password or the
  // images unprotected.
  static Result<Address> make(const ODataOptions& options);

  [[nodiscard]] const Url& server() const { return server_; }

  // The list of the database's tables.
  [[nodiscard]] std::string service() const { return database(); }

  [[nodiscard]] std::string metadata() const { return database() + "/$metadata"; }

  [[nodiscard]] std::string batch() const { return database() + "/$batch"; }

  // With `?$name=value&...`; values are encoded here.
  [[nodiscard]] std::string table(const QueryOptions& options) const;
  // The same without the server, for a part of a batch. The place is what follows the table's name:
  // "(ROWID=7)".
  [[nodiscard]] std::string path_of(const std::string& place) const;
  [[nodiscard]] std::string record(const std::string& place, const QueryOptions& options) const;
  [[nodiscard]] std::string value(const std::string& place, const std::string& field) const;

 private:
  [[nodiscard]] std::string database() const { return server_.origin() + database_; }

  Url server_{};
  std::string database_{};  // /fmi/odata/v4/D
  std::string table_{};     // T, encoded
};

[[nodiscard]] std::string place_of(RecordId record_id);  // "(ROWID=7)"

}  // namespace fmferry::odata
