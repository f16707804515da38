// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/picture.hpp>

#include <memory>
#include <stdexcept>
#include <string>

namespace fmsim {

// A script or a calculation that cannot be read or run; names the culprit.
struct ScriptProblem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What a FileMaker calculation works with. Dates and timestamps are kept as dates.hpp stores them.
struct Value {
  enum class Kind { text, number, date, timestamp, container };

  Kind kind{Kind::text};
  std::string text{};
  double number{0};
  std::shared_ptr<const Picture> file{};
  std::string file_name{};

  static Value of(std::string text) { return {.text = std::move(text)}; }

  static Value of(double number) { return {.kind = Kind::number, .number = number}; }

  static Value of(bool truth) { return of(truth ? 1.0 : 0.0); }

  // As FileMaker shows it.
  [[nodiscard]] std::string shown() const;
  [[nodiscard]] bool is_empty() const;
  // GetAsNumber: the digits of a text; 0 when there are none.
  [[nodiscard]] double as_number() const;

  [[nodiscard]] bool is_true() const { return as_number() != 0; }
};

// Numbers compare as numbers, also with a text that is one; all else as text without case.
int compare(const Value& a, const Value& b);

}  // namespace fmsim
