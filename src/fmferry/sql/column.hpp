// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/core/dates.hpp>
#include <fmferry/foundation/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fmferry::sql {

enum class Dialect { sqlite, postgres };

// What a column holds, as far as the form of its values depends on it.
enum class Kind { text, uuid, integer, real, boolean, date, timestamp, json, other };

struct Column {
  Kind kind{Kind::other};
  std::string type{};                  // as declared, lower case
  std::optional<std::size_t> limit{};  // characters
  bool not_null{false};
  bool automatic{false};  // the database gives it a value when an INSERT doesn't
};

// By the declared type: SQLite's is any text, and Django's are known. char(32) is how Django keeps
// UUIDs there.
[[nodiscard]] Kind kind_of(std::string_view declared_type, Dialect dialect);

// What is known when values are written.
struct Encoding {
  Dialect dialect{Dialect::sqlite};
  WallZone zone{};            // of FileMaker's timestamps
  std::int64_t ambiguous{0};  // counts timestamps in the hour that comes twice in autumn
};

// A value as this column wants it; nothing when the text says nothing to a column of its kind, such
// as an empty text to a number. `corrupt`, without the value, when it does not fit.
//
//   uuid       any UUID, in the form of the column; other texts are nothing
//   boolean    FileMaker's numbers and words: 0, empty, "no", "false" and others
//   date       FileMaker's, ISO's, or the day of a timestamp
//   timestamp  FileMaker's wall clock in `zone`; ISO with "T", an offset or "Z" at its word
//   text       cut to the column's limit, unless it must be `exact`
//
// Django's forms: docs.djangoproject.com, "Databases"; tried in tests/django.
[[nodiscard]] Result<std::optional<std::string>> encoded(const std::string& text,
                                                         const Column& column,
                                                         bool exact,
                                                         Encoding& encoding);

}  // namespace fmferry::sql
