// SPDX-License-Identifier: Apache-2.0
#include <fmsim/script/calculation_node.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace fmsim {
namespace {

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return text;
}

bool begins_name(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         static_cast<unsigned char>(c) > 127;
}

bool in_name(char c) {
  return begins_name(c) || std::isdigit(static_cast<unsigned char>(c)) != 0;
}

NodePtr node(CalculationNode made) {
  return std::make_shared<const CalculationNode>(std::move(made));
}

// Recursive descent; each level binds tighter than the one before.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  NodePtr whole() {
    NodePtr root = disjunction();
    blanks();
    if (at_ != text_.size()) wrong("more follows where it should end");
    return root;
  }

 private:
  [[noreturn]] void wrong(const std::string& what) const {
    throw ScriptProblem("calculation: " + what + " at \"" + std::string(text_.substr(at_, 30)) +
                        "\"");
  }

  void blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  bool take(std::string_view token) {
    blanks();
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  void expect(std::string_view token) {
    if (!take(token)) wrong("expected " + std::string(token));
  }

  // A word operator must not be the beginning of a name.
  bool take_word(std::string_view word) {
    blanks();
    if (lower(std::string(text_.substr(at_, word.size()))) != word) return false;
    const std::size_t end = at_ + word.size();
    if (end < text_.size() && in_name(text_[end])) return false;
    at_ = end;
    return true;
  }

  static NodePtr binary(std::string name, NodePtr left, NodePtr right) {
    return node({.kind = CalculationNode::Kind::binary,
                 .name = std::move(name),
                 .parts = {std::move(left), std::move(right)}});
  }

  NodePtr disjunction() {
    NodePtr left = conjunction();
    while (take_word("or")) left = binary("or", left, conjunction());
    return left;
  }

  NodePtr conjunction() {
    NodePtr left = comparison();
    while (take_word("and")) left = binary("and", left, comparison());
    return left;
  }

  NodePtr comparison() {
    NodePtr left = joined();
    for (;;) {
      bool found = false;
      for (const char* each : {"<>", "<=", ">=", "=", "<", ">"}) {
        if (!take(each)) continue;
        left = binary(each, left, joined());
        found = true;
        break;
      }
      if (!found) return left;
    }
  }

  NodePtr joined() {
    NodePtr left = sum();
    while (take("&")) left = binary("&", left, sum());
    return left;
  }

  NodePtr sum() {
    NodePtr left = product();
    for (;;) {
      if (take("+")) {
        left = binary("+", left, product());
      } else if (take("-")) {
        left = binary("-", left, product());
      } else {
        return left;
      }
    }
  }

  NodePtr product() {
    NodePtr left = prefixed();
    for (;;) {
      if (take("*")) {
        left = binary("*", left, prefixed());
      } else if (take("/")) {
        left = binary("/", left, prefixed());
      } else {
        return left;
      }
    }
  }

  NodePtr prefixed() {
    if (take_word("not")) {
      return node({.kind = CalculationNode::Kind::negation, .parts = {prefixed()}});
    }
    if (take("-")) return node({.kind = CalculationNode::Kind::minus, .parts = {prefixed()}});
    return operand();
  }

  NodePtr operand() {
    blanks();
    if (at_ == text_.size()) wrong("a value is missing");
    if (take("(")) {
      NodePtr inner = disjunction();
      expect(")");
      return inner;
    }
    const char c = text_[at_];
    if (c == '"') return node({.value = Value::of(quoted())});
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) return number();
    if (text_.substr(at_).starts_with("${")) return braced();
    if (c == '$') return variable();
    if (begins_name(c)) return named();
    wrong("no value begins so");
  }

  std::string quoted() {
    std::string result;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        return result;
      }
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      result += text_[at_];
    }
    wrong("a text without its end");
  }

  NodePtr number() {
    double value = 0;
    const auto read = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    at_ = static_cast<std::size_t>(read.ptr - text_.data());
    return node({.value = Value::of(value)});
  }

  std::string name() {
    const std::size_t from = at_;
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    return std::string(text_.substr(from, at_ - from));
  }

  NodePtr variable() {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] == '$') ++at_;
    const std::string rest = name();
    if (rest.empty() || at_ - from - rest.size() > 2) wrong("no variable is named so");
    return node({.kind = CalculationNode::Kind::variable,
                 .name = std::string(text_.substr(from, at_ - from))});
  }

  NodePtr braced() {
    const auto end = text_.find('}', at_);
    if (end == std::string_view::npos) wrong("${ without its end");
    std::string field(text_.substr(at_ + 2, end - at_ - 2));
    at_ = end + 1;
    return node({.kind = CalculationNode::Kind::field, .name = std::move(field)});
  }

  NodePtr named() {
    const std::string first = name();
    if (text_.substr(at_).starts_with("::")) {
      at_ += 2;
      return node({.kind = CalculationNode::Kind::field, .name = first + "::" + name()});
    }
    if (!take("(")) return plain(first);
    const std::string function = lower(first);
    if (function == "get") {
      blanks();
      std::string what = lower(name());
      expect(")");
      return node({.kind = CalculationNode::Kind::get, .name = std::move(what)});
    }
    if (function == "let") return let();
    CalculationNode call{.kind = CalculationNode::Kind::call, .name = function};
    if (!take(")")) {
      do {
        call.parts.push_back(part());
      } while (take(";"));
      expect(")");
    }
    try {
      check_call(function, call.parts.size());
    } catch (const ScriptProblem& problem) {
      throw ScriptProblem(std::string(problem.what()) + ": " + first);
    }
    return node(std::move(call));
  }

  // Named constants, and the names that a Let gave.
  NodePtr plain(const std::string& first) {
    const std::string small = lower(first);
    if (small == "true") return node({.value = Value::of(true)});
    if (small == "false") return node({.value = Value::of(false)});
    if (small.starts_with("json")) return node({.value = Value::of(small)});
    if (std::find(locals_.begin(), locals_.end(), small) == locals_.end()) {
      throw ScriptProblem("calculation: unknown name " + first);
    }
    return node({.kind = CalculationNode::Kind::local, .name = small});
  }

  NodePtr part() {
    if (!take("[")) return disjunction();
    CalculationNode list{.kind = CalculationNode::Kind::list};
    do {
      list.parts.push_back(disjunction());
    } while (take(";"));
    expect("]");
    return node(std::move(list));
  }

  NodePtr let() {
    CalculationNode made{.kind = CalculationNode::Kind::let};
    const std::size_t outer = locals_.size();
    const bool many = take("[");
    do {
      blanks();
      std::string local = lower(name());
      if (local.empty()) wrong("Let sets local names only");
      expect("=");
      made.parts.push_back(disjunction());
      locals_.push_back(local);
      made.names.push_back(std::move(local));
    } while (many && take(";"));
    if (many) expect("]");
    expect(";");
    made.parts.push_back(disjunction());
    expect(")");
    locals_.resize(outer);
    return node(std::move(made));
  }

  std::string_view text_;
  std::size_t at_{0};
  std::vector<std::string> locals_;
};

}  // namespace

Calculation Calculation::read(std::string_view text) {
  Calculation made;
  made.root_ = Reader(text).whole();
  return made;
}

}  // namespace fmsim
