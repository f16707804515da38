// SPDX-License-Identifier: Apache-2.0
#include <fmsim/folded_text.hpp>

namespace fmsim {
namespace {

// What U+00C0..U+00FF are without their accents; two characters where one becomes two.
constexpr std::string_view k_latin =
    "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty";

bool is_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string folded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (text[i] >= 'A' && text[i] <= 'Z') {
      out += static_cast<char>(text[i] - 'A' + 'a');
    } else if (byte == 0xC3 && i + 1 < text.size()) {
      const auto next = static_cast<unsigned char>(text[++i]);
      const char plain = next >= 0x80 && next < 0xC0 ? k_latin[next - 0x80U] : '*';
      if (plain == '*') {
        out += static_cast<char>(byte);
        out += static_cast<char>(next);
      } else {
        out += plain;
      }
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Pattern::Pattern(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    Piece piece{What::literal, c};
    if (c == '\\' && i + 1 < text.size())
      piece.literal = text[++i];
    else if (c == '*')
      piece.what = What::run;
    else if (c == '@')
      piece.what = What::character;
    else if (c == '#')
      piece.what = What::digit;
    if (piece.what != What::literal) wild_ = true;
    pieces_.push_back(piece);
  }
}

std::string Pattern::literal() const {
  std::string text;
  for (const Piece& piece : pieces_) text += piece.literal;
  return text;
}

bool Pattern::fits(std::string_view text) const {
  std::size_t piece = 0;
  std::size_t at = 0;
  std::size_t run = pieces_.size();
  std::size_t run_at = 0;
  // Greedy with one way back: to the last run, which then swallows one byte more.
  while (at < text.size() || piece < pieces_.size()) {
    if (piece < pieces_.size()) {
      const Piece& wanted = pieces_[piece];
      if (wanted.what == What::run) {
        run = piece++;
        run_at = at;
        continue;
      }
      const bool more = at < text.size();
      const bool digit = more && text[at] >= '0' && text[at] <= '9';
      if ((wanted.what == What::character && more) || (wanted.what == What::digit && digit) ||
          (wanted.what == What::literal && more && text[at] == wanted.literal)) {
        ++at;
        while (wanted.what == What::character && at < text.size() && is_continuation(text[at]))
          ++at;
        ++piece;
        continue;
      }
    }
    if (run == pieces_.size() || run_at >= text.size()) return false;
    at = ++run_at;
    piece = run + 1;
  }
  return true;
}

}  // namespace fmsim
