// SPDX-License-Identifier: Apache-2.0
#include <fmferry/media/pdf_pages.hpp>

#include <charconv>

namespace fmferry::media {
namespace {

using namespace std::string_view_literals;

constexpr auto k_object = "obj"sv;
constexpr std::size_t k_longest_token = 32;

bool is_blank(char c) {
  return "\0\t\n\f\r "sv.find(c) != ByteView::npos;
}

bool ends_a_word(char c) {
  return is_blank(c) || "()<>[]{}/%"sv.find(c) != ByteView::npos;
}

std::optional<int> integer(const std::string& text) {
  int number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

void PdfPages::update(ByteView bytes) {
  while (!bytes.empty()) bytes.remove_prefix(step(bytes));
}

std::optional<int> PdfPages::pages() const {
  if (unsure_ || depth_ > 0 || !pages_ || *pages_ < 1) return std::nullopt;
  return pages_;
}

std::size_t PdfPages::step(ByteView bytes) {
  if (state_ == State::outside) return look_for_object(bytes);
  return take(bytes.front()) ? 1 : 0;
}

std::size_t PdfPages::look_for_object(ByteView bytes) {
  if (matched_ == 0) {
    const std::size_t at = bytes.find(k_object.front());
    if (at == ByteView::npos) return bytes.size();
    matched_ = 1;
    return at + 1;
  }
  if (bytes.front() != k_object[matched_]) {
    matched_ = 0;
    return 0;
  }
  if (++matched_ == k_object.size()) {
    matched_ = 0;
    state_ = State::after_obj;
  }
  return 1;
}

bool PdfPages::take(char c) {
  switch (state_) {
    case State::outside:
      return false;
    case State::after_obj:
      if (is_blank(c)) return true;
      state_ = State::outside;
      if (c == '%') state_ = State::remark;
      if (c == '<') state_ = State::opening;
      return state_ != State::outside;
    case State::remark:
      if (c == '\r' || c == '\n') state_ = State::after_obj;
      return true;
    case State::opening:
      if (c == '<') begin();
      if (c != '<') state_ = State::outside;
      return c == '<';
    case State::between:
      return between(c);
    case State::name:
    case State::word:
      return end_of_word(c);
    case State::less:
      if (c == '<') ++depth_;
      state_ = c == '<' || c == '>' ? State::between : State::hex;
      return true;
    case State::greater:
      state_ = State::between;
      if (c == '>' && --depth_ == 0) end();
      return c == '>';
    case State::hex:
      if (c == '>') state_ = State::between;
      return true;
    case State::string:
      if (c == '(') ++parentheses_;
      if (c == '\\') state_ = State::escape;
      if (c == ')' && --parentheses_ == 0) state_ = State::between;
      return true;
    case State::escape:
      state_ = State::string;
      return true;
    case State::comment:
      if (c == '\r' || c == '\n') state_ = State::between;
      return true;
  }
  return true;
}

bool PdfPages::between(char c) {
  switch (c) {
    case '/':
      state_ = State::name;
      break;
    case '(':
      parentheses_ = 1;
      state_ = State::string;
      break;
    case '<':
      state_ = State::less;
      break;
    case '>':
      state_ = State::greater;
      break;
    case '%':
      state_ = State::comment;
      break;
    case '[':
      ++arrays_;
      break;
    case ']':
      if (arrays_ > 0) --arrays_;
      break;
    default:
      if (!ends_a_word(c)) state_ = State::word;
      break;
  }
  token_.assign(1, c);
  return true;
}

bool PdfPages::end_of_word(char c) {
  if (!ends_a_word(c)) {
    if (token_.size() < k_longest_token) token_ += c;
    return true;
  }
  // Only the outermost keys are the object's own.
  if (depth_ == 1 && arrays_ == 0) {
    if (state_ == State::name) on_name();
    if (state_ == State::word) on_word();
  }
  state_ = State::between;
  return false;
}

void PdfPages::begin() {
  state_ = State::between;
  depth_ = 1;
  arrays_ = 0;
  key_.clear();
  words_ = 0;
  is_node_ = false;
  has_parent_ = false;
  count_.reset();
}

void PdfPages::end() {
  state_ = State::outside;
  if (!is_node_ || has_parent_) return;
  unsure_ = unsure_ || !count_ || (pages_ && pages_ != count_);
  pages_ = count_;
}

void PdfPages::on_name() {
  if (key_ == "/Type") {
    is_node_ = token_ == "/Pages";
    unsure_ = unsure_ || token_ == "/ObjStm";
    key_.clear();
    return;
  }
  has_parent_ = has_parent_ || token_ == "/Parent";
  key_ = token_;
  words_ = 0;
}

void PdfPages::on_word() {
  if (key_ != "/Count") return;
  ++words_;
  // More words than one are a reference to a number elsewhere.
  count_ = words_ == 1 ? integer(token_) : std::nullopt;
}

}  // namespace fmferry::media
