// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fmferry {

// Columns that line up on a terminal, whatever the script of the names in them.
class TextTable {
 public:
  enum class Align { left, right };

  struct Column {
    std::string title{};
    Align align{Align::left};
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as there are columns.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // The titles (with `bold` around them) and the rows; a column without any content is left out.
  [[nodiscard]] std::string text(bool bold) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_{};
};

// A name that came out of a file, fit for a terminal: no control characters.
[[nodiscard]] std::string printable(std::string_view name);

// Whether stdout shows colours: a terminal, and NO_COLOR is not set.
[[nodiscard]] bool is_colourful();
[[nodiscard]] std::string bold(std::string_view text, bool on);
[[nodiscard]] std::string yellow(std::string_view text, bool on);

}  // namespace fmferry
