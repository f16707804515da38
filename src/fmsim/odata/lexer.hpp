// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fmsim::odata {

struct Token {
  enum class What : unsigned char { end, word, name, text, open, close, comma, bad };

  What what{What::end};
  std::string text;       // of words, names in double quotes and literals in single ones
  std::size_t column{1};  // where it begins
};

// Takes a filter apart.
class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Token next();

 private:
  Token quoted(char quote, Token::What what);

  std::string_view text_;
  std::size_t at_{0};
};

}  // namespace fmsim::odata
