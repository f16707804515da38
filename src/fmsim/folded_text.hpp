// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fmsim {

// Text as a find compares it: lower case, Latin accents taken off, UTF-8 otherwise left alone.
std::string folded(std::string_view text);

// The words of folded text: runs of letters, digits, underscores and anything beyond ASCII.
std::vector<std::string_view> words_of(std::string_view folded_text);

// A find pattern: `*` any run, `@` one character, `#` one digit, `\` takes the next one literally.
class Pattern {
 public:
  // `text` is folded already.
  explicit Pattern(std::string_view text);

  // Whether the whole of `folded_text` fits.
  [[nodiscard]] bool fits(std::string_view folded_text) const;

  [[nodiscard]] bool has_wildcards() const { return wild_; }

  // The literal text, for patterns without wildcards.
  [[nodiscard]] std::string literal() const;

 private:
  enum class What : unsigned char { literal, run, character, digit };

  struct Piece {
    What what;
    char literal;
  };

  std::vector<Piece> pieces_;
  bool wild_{false};
};

}  // namespace fmsim
