// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/records.hpp>
#include <fmsim/settings.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace fmsim::odata {

// A table as the solution calls it, with what its records are known by.
struct Occurrence {
  std::string name;
  TableId table{TableId::images};
  bool has_key{true};
};

// One record of it.
struct Row {
  const Records& records;
  TableId table;
  std::uint64_t slot;
};

enum class Kind : std::uint8_t { null, text, number, date, timestamp, boolean };

struct Value {
  Kind kind{Kind::null};
  std::string text;  // dates as stored
  double number{0};  // of booleans too

  [[nodiscard]] bool is_true() const { return kind == Kind::boolean && number != 0; }
};

// A part of a filter that has been read: what kind it gives (or null), and how to get it.
struct Expression {
  Kind kind{Kind::null};
  std::function<Value(const Row&)> value;
};

// The columns that every table has besides its fields.
inline constexpr std::string_view k_row_id = "ROWID";
inline constexpr std::string_view k_row_mod_id = "ROWMODID";

Kind kind_of(FieldType type);

// A field that is no container, or one of the two above; refused with 8309 when there is none.
Expression read_column(const std::string& name, TableId table, const ODataSettings& settings);

// Below, equal or above zero. Null is less than anything.
int compare(const Value& a, const Value& b);

}  // namespace fmsim::odata
