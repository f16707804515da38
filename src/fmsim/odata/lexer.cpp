// SPDX-License-Identifier: Apache-2.0
#include <fmsim/odata/lexer.hpp>

namespace fmsim::odata {
namespace {

// Words are names, operators, numbers, dates and instants.
bool in_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         c == '.' || c == ':' || c == '+' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

Token Lexer::next() {
  while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  if (at_ >= text_.size()) return {Token::What::end, {}, at_ + 1};
  const std::size_t begin = at_;
  const char c = text_[at_];
  if (c == '\'') return quoted(c, Token::What::text);
  if (c == '"') return quoted(c, Token::What::name);
  while (at_ < text_.size() && in_word(text_[at_])) ++at_;
  if (at_ > begin) {
    return {Token::What::word, std::string(text_.substr(begin, at_ - begin)), begin + 1};
  }
  ++at_;
  if (c == '(') return {Token::What::open, "(", begin + 1};
  if (c == ')') return {Token::What::close, ")", begin + 1};
  if (c == ',') return {Token::What::comma, ",", begin + 1};
  return {Token::What::bad, std::string(1, c), begin + 1};
}

// The quote itself is written twice inside.
Token Lexer::quoted(char quote, Token::What what) {
  Token token{what, {}, at_ + 1};
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == quote) {
      ++at_;
      if (at_ >= text_.size() || text_[at_] != quote) return token;
    }
    token.text += text_[at_];
  }
  token.what = Token::What::bad;
  return token;
}

}  // namespace fmsim::odata
