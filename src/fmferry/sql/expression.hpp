// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/foundation/result.hpp>
#include <fmferry/ports/catalogue.hpp>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry::sql {

// What a row is made from.
struct Told {
  const ImageRow& image;
  std::string source{};        // whose ids these are
  std::string group_id{};      // of the row's group; empty: there are no groups
  std::string content_type{};  // the parents' number in django_content_type; empty: not asked for
  std::string now{};           // UTC, "2026-11-22 17:03:45.000123Z"
};

// What a column is to hold: text with names in braces.
//
//   "Imported"              a constant
//   "{media_type}"          the value of that name; nothing when it is not known
//   "{day|taken}"           the first of several that is known
//   "{day|'Undated'}"       with a text for when none is
//   "{field:Body part}"     a field of the record
//   "{uuid:field:Visit}"    a UUID that is always the same for the same value and source
//   "{key} of {record_id}"  texts and values joined; what is not known is empty
class Expression {
 public:
  // `invalid`, naming what is wrong, with the nearest known name.
  static Result<Expression> parse(std::string_view text);

  // Nothing: not known. An empty text counts as not known, but for a constant.
  [[nodiscard]] std::optional<std::string> value(const Told& told) const;

  // Whatever the record, there is a value.
  [[nodiscard]] bool always() const;
  // It comes from the bytes or was made from them: when it is not known now, an earlier one holds.
  [[nodiscard]] bool keeps() const;
  // Cut short it would be of no use: a key, an id, a hash.
  [[nodiscard]] bool exact() const;
  // It is just this name.
  [[nodiscard]] bool is(std::string_view name) const;
  // The record's fields in it.
  [[nodiscard]] std::set<std::string> fields() const;

 private:
  struct Name {
    std::string name{};
    std::string argument{};     // of `field`, `uuid` and `text`
    std::vector<Name> inner{};  // of `uuid`: the one that its argument says
  };

  // Alternatives, or a literal between them.
  struct Part {
    std::string literal{};
    std::vector<Name> names{};
  };

  static Result<Name> parse_name(std::string_view text);
  static Result<Part> parse_part(std::string_view text);
  static std::optional<std::string> look_up(const Name& name, const Told& told);
  static std::optional<std::string> first_known(const Part& part, const Told& told);
  [[nodiscard]] bool has_flag(bool (*flag)(std::string_view)) const;

  std::vector<Part> parts_{};
};

}  // namespace fmferry::sql
