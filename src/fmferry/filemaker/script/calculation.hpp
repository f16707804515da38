// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace fmferry::script {

// A text constant in a calculation, with its quotes.
[[nodiscard]] std::string quoted(std::string_view text);

// "photo(2)" taken apart; repetition 1 when none is named.
struct FieldName {
  std::string name{};
  int repetition{1};
};

[[nodiscard]] FieldName field_name(std::string_view configured);

// A field in a calculation: Occurrence::photo, Occurrence::photo[2], ${odd-name::a b}.
[[nodiscard]] std::string field_reference(std::string_view table, std::string_view configured);

// The same as the text that GetField takes.
[[nodiscard]] std::string field_text(std::string_view table, std::string_view configured);

// How `id` is asked for in find mode so that exactly it is found: every character that is an
// operator there is escaped. `id` is a calculation.
[[nodiscard]] std::string exact_criterion(std::string_view id);

}  // namespace fmferry::script
