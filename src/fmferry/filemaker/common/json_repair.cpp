// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/common/json_repair.hpp>

#include <algorithm>
#include <array>

namespace fmferry::filemaker {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

bool continues(std::string_view text, std::size_t at) {
  return (byte_at(text, at) & 0xC0U) == 0x80U;
}

// How many bytes the character at `at` has; 0 when they are not UTF-8 (RFC 3629, table 3.7).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const unsigned char first = byte_at(text, at);
  const unsigned char second = byte_at(text, at + 1);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4 || !continues(text, at + 1)) return 0;
  if (first < 0xE0) return 2;
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
  if (!continues(text, at + 2)) return 0;
  if (first < 0xF0) return 3;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return continues(text, at + 3) ? 4 : 0;
}

bool is_blank(unsigned char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

class Repair {
 public:
  explicit Repair(std::string_view text) : text_(text) { out_.reserve(text.size() + 64); }

  std::string run() {
    while (at_ < text_.size()) {
      if (in_string_) {
        step_in_string();
      } else {
        step_outside();
      }
    }
    return std::move(out_);
  }

 private:
  void step_outside() {
    const unsigned char c = byte_at(text_, at_++);
    if (c == '"') in_string_ = true;
    if (c == '?') {
      out_ += "null";
    } else if (c >= 0x20 || is_blank(c)) {
      out_ += static_cast<char>(c);
    }
  }

  void step_in_string() {
    const unsigned char c = byte_at(text_, at_);
    if (c < 0x20) {
      escape(c);
      ++at_;
    } else if (c == '\\') {
      step_escape();
    } else {
      in_string_ = c != '"';
      copy_character();
    }
  }

  void step_escape() {
    ++at_;
    if (at_ < text_.size() && byte_at(text_, at_) < 0x20) {
      out_ += "\\\\";  // a lone backslash before a raw control character
      return;
    }
    out_ += '\\';
    if (at_ < text_.size()) out_ += text_[at_++];
  }

  void escape(unsigned char c) {
    static constexpr std::string_view k_digits = "0123456789abcdef";
    out_ += "\\u00";
    out_ += k_digits[c >> 4U];
    out_ += k_digits[c & 0x0FU];
  }

  void copy_character() {
    const std::size_t length = utf8_length(text_, at_);
    out_ += length == 0 ? std::string_view("\xEF\xBF\xBD") : text_.substr(at_, length);
    at_ += std::max<std::size_t>(length, 1);
  }

  std::string_view text_;
  std::string out_{};
  std::size_t at_{0};
  bool in_string_{false};
};

}  // namespace

std::string repair_json(std::string_view text) {
  return Repair(text).run();
}

}  // namespace fmferry::filemaker
