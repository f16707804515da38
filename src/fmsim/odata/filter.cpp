// SPDX-License-Identifier: Apache-2.0
#include <fmsim/dates.hpp>
#include <fmsim/odata/filter.hpp>
#include <fmsim/odata/filter_functions.hpp>
#include <fmsim/odata/instant.hpp>
#include <fmsim/odata/lexer.hpp>
#include <fmsim/odata/problem.hpp>

#include <charconv>
#include <optional>
#include <utility>
#include <vector>

namespace fmsim::odata {
namespace {

using What = Token::What;

enum class Comparison : std::uint8_t { equal, unequal, greater, at_least, less, at_most };

std::optional<Comparison> comparison_of(const std::string& word) {
  if (word == "eq") return Comparison::equal;
  if (word == "ne") return Comparison::unequal;
  if (word == "gt") return Comparison::greater;
  if (word == "ge") return Comparison::at_least;
  if (word == "lt") return Comparison::less;
  if (word == "le") return Comparison::at_most;
  return std::nullopt;
}

// Null equals null alone, and no order holds for it.
bool holds(Comparison comparison, const Value& a, const Value& b) {
  const bool some_null = a.kind == Kind::null || b.kind == Kind::null;
  const int order = compare(a, b);
  switch (comparison) {
    case Comparison::equal:
      return order == 0;
    case Comparison::unequal:
      return order != 0;
    case Comparison::greater:
      return !some_null && order > 0;
    case Comparison::at_least:
      return !some_null && order >= 0;
    case Comparison::less:
      return !some_null && order < 0;
    case Comparison::at_most:
      return !some_null && order <= 0;
  }
  return false;
}

Expression constant(Value value) {
  const Kind kind = value.kind;
  return {kind, [value = std::move(value)](const Row&) { return value; }};
}

Expression truth(std::function<bool(const Row&)> test) {
  return {Kind::boolean, [test = std::move(test)](const Row& row) {
            return Value{Kind::boolean, {}, test(row) ? 1.0 : 0.0};
          }};
}

class Parser {
 public:
  Parser(const std::string& text, TableId table, const ODataSettings& settings)
      : lexer_(text), table_(table), settings_(settings), token_(lexer_.next()) {}

  Expression whole() {
    Expression all = either();
    if (token_.what != What::end) fail();
    if (all.kind != Kind::boolean) fail();
    return all;
  }

 private:
  [[noreturn]] void fail() const {
    throw query_problem(token_.column, "There is an error in the syntax of the query.");
  }

  Token take() { return std::exchange(token_, lexer_.next()); }

  bool take_word(const char* word) {
    if (token_.what != What::word || token_.text != word) return false;
    take();
    return true;
  }

  void expect(What what) {
    if (token_.what != what) fail();
    take();
  }

  Expression boolean(Expression expression) const {
    if (expression.kind != Kind::boolean) fail();
    return expression;
  }

  Expression either() {
    Expression left = both();
    while (take_word("or")) {
      left = truth([a = boolean(left).value, b = boolean(both()).value](const Row& row) {
        return a(row).is_true() || b(row).is_true();
      });
    }
    return left;
  }

  Expression both() {
    Expression left = maybe_not();
    while (take_word("and")) {
      left = truth([a = boolean(left).value, b = boolean(maybe_not()).value](const Row& row) {
        return a(row).is_true() && b(row).is_true();
      });
    }
    return left;
  }

  Expression maybe_not() {
    if (!take_word("not")) return relation();
    return truth(
        [inner = boolean(maybe_not()).value](const Row& row) { return !inner(row).is_true(); });
  }

  Expression relation() {
    Expression left = operand();
    if (token_.what != What::word) return left;
    if (take_word("in")) return one_of(left);
    const auto comparison = comparison_of(token_.text);
    if (!comparison) return left;
    take();
    const Expression right = alike(left, operand());
    return truth([a = left.value, b = right.value, how = *comparison](const Row& row) {
      return holds(how, a(row), b(row));
    });
  }

  Expression one_of(const Expression& left) {
    std::vector<Expression> list;
    expect(What::open);
    do {
      list.push_back(alike(left, operand()));
    } while (token_.what == What::comma && take().what == What::comma);
    expect(What::close);
    return truth([a = left.value, list](const Row& row) {
      const Value value = a(row);
      for (const Expression& each : list) {
        if (holds(Comparison::equal, value, each.value(row))) return true;
      }
      return false;
    });
  }

  // A date may stand where a timestamp is compared; anything else must be of one kind.
  Expression alike(const Expression& left, Expression right) const {
    if (left.kind == right.kind || left.kind == Kind::null || right.kind == Kind::null) {
      return right;
    }
    if (left.kind == Kind::timestamp && right.kind == Kind::date) return right;
    throw query_problem(token_.column, "The data types of the two sides do not fit.");
  }

  Expression operand() {
    const Token token = take();
    if (token.what == What::open) {
      Expression inner = either();
      expect(What::close);
      return inner;
    }
    if (token.what == What::text) return constant(text_value(token.text));
    if (token.what == What::name) return read_column(token.text, table_, settings_);
    if (token.what != What::word) {
      throw query_problem(token.column, "There is an error in the syntax of the query.");
    }
    if (token_.what == What::open) return call(token);
    if (token.text == "null") return constant({});
    if (token.text == "true") return constant({Kind::boolean, {}, 1});
    if (token.text == "false") return constant({Kind::boolean, {}, 0});
    if (auto value = literal(token.text)) return constant(*std::move(value));
    return column(token);
  }

  static Value text_value(const std::string& text) {
    return text.empty() ? Value{} : Value{Kind::text, text};
  }

  [[nodiscard]] std::optional<Value> literal(const std::string& word) const {
    if (word.find_first_of("0123456789") == std::string::npos) return std::nullopt;
    double number = 0;
    const auto result = std::from_chars(word.data(), word.data() + word.size(), number);
    if (result.ec == std::errc() && result.ptr == word.data() + word.size()) {
      return Value{Kind::number, word, number};
    }
    if (const auto date = read_date(word, DateStyle::iso)) return Value{Kind::date, *date};
    if (const auto instant = read_instant(word, settings_.offset)) {
      return Value{Kind::timestamp, *instant};
    }
    return std::nullopt;
  }

  [[nodiscard]] Expression column(const Token& token) const {
    constexpr std::string_view k_needs_quotes = ".:+-";
    if (token.text.find_first_of(k_needs_quotes) != std::string::npos) {
      throw query_problem(token.column, "There is an error in the syntax of the query.");
    }
    return read_column(token.text, table_, settings_);
  }

  Expression call(const Token& name) {
    expect(What::open);
    std::vector<Expression> arguments;
    if (token_.what != What::close) {
      do {
        arguments.push_back(either());
      } while (token_.what == What::comma && take().what == What::comma);
    }
    expect(What::close);
    auto result = call_function(name.text, arguments);
    if (!result) throw query_problem(name.column, "The function is not supported.");
    return *std::move(result);
  }

  Lexer lexer_;
  TableId table_;
  const ODataSettings& settings_;
  Token token_;
};

}  // namespace

Predicate read_filter(const std::string& text, TableId table, const ODataSettings& settings) {
  const Expression whole = Parser(text, table, settings).whole();
  return [value = whole.value](const Row& row) { return value(row).is_true(); };
}

}  // namespace fmsim::odata
