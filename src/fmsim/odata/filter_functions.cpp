// SPDX-License-Identifier: Apache-2.0
#include <fmsim/odata/filter_functions.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace fmsim::odata {
namespace {

struct TextTest {
  std::string_view name;
  bool (*holds)(std::string_view, std::string_view);
};

constexpr std::array<TextTest, 3> k_text_tests{
    {{"contains",
      [](std::string_view text, std::string_view part) {
        return text.find(part) != std::string_view::npos;
      }},
     {"startswith",
      [](std::string_view text, std::string_view part) { return text.starts_with(part); }},
     {"endswith",
      [](std::string_view text, std::string_view part) { return text.ends_with(part); }}}};

std::string with_case(std::string text, int (*change)(int)) {
  std::transform(text.begin(), text.end(), text.begin(), [change](unsigned char c) {
    return static_cast<char>(change(c));
  });
  return text;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

struct TextChange {
  std::string_view name;
  std::string (*change)(std::string);
};

constexpr std::array<TextChange, 3> k_text_changes{
    {{"tolower", [](std::string text) { return with_case(std::move(text), std::tolower); }},
     {"toupper", [](std::string text) { return with_case(std::move(text), std::toupper); }},
     {"trim", [](std::string text) { return trimmed(text); }}}};

// Where the part of a date or timestamp lies in its stored text.
struct DatePart {
  std::string_view name;
  std::size_t at;
  std::size_t size;
};

constexpr std::array<DatePart, 6> k_date_parts{{{"year", 0, 4},
                                                {"month", 5, 2},
                                                {"day", 8, 2},
                                                {"hour", 11, 2},
                                                {"minute", 14, 2},
                                                {"second", 17, 2}}};

Value number_value(double number) {
  return {Kind::number, {}, number};
}

template <class Known>
const typename Known::value_type* find_by_name(const Known& known, const std::string& name) {
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const auto& each) { return each.name == name; });
  return found == known.end() ? nullptr : &*found;
}

std::optional<Expression> of_one(const std::string& name, const Expression& argument) {
  const auto value = argument.value;
  if (const auto* part = find_by_name(k_date_parts, name)) {
    if (argument.kind != Kind::date && argument.kind != Kind::timestamp) return std::nullopt;
    return Expression{Kind::number, [value, part = *part](const Row& row) {
                        const Value date = value(row);
                        if (date.text.size() < part.at + part.size) return Value{};
                        return number_value(std::stod(date.text.substr(part.at, part.size)));
                      }};
  }
  if (argument.kind != Kind::text) return std::nullopt;
  if (name == "length") {
    return Expression{Kind::number, [value](const Row& row) {
                        return number_value(static_cast<double>(value(row).text.size()));
                      }};
  }
  const auto* change = find_by_name(k_text_changes, name);
  if (change == nullptr) return std::nullopt;
  return Expression{Kind::text, [value, change](const Row& row) {
                      Value text = value(row);
                      text.text = change->change(std::move(text.text));
                      return text;
                    }};
}

std::optional<Expression> of_two(const std::string& name,
                                 const Expression& a,
                                 const Expression& b) {
  if (a.kind != Kind::text || b.kind != Kind::text) return std::nullopt;
  if (name == "concat") {
    return Expression{Kind::text, [x = a.value, y = b.value](const Row& row) {
                        return Value{Kind::text, x(row).text + y(row).text};
                      }};
  }
  const auto* test = find_by_name(k_text_tests, name);
  if (test == nullptr) return std::nullopt;
  return Expression{Kind::boolean, [x = a.value, y = b.value, test](const Row& row) {
                      const Value text = x(row);
                      const bool holds =
                          text.kind != Kind::null && test->holds(text.text, y(row).text);
                      return Value{Kind::boolean, {}, holds ? 1.0 : 0.0};
                    }};
}

}  // namespace

std::optional<Expression> call_function(const std::string& name,
                                        const std::vector<Expression>& arguments) {
  if (arguments.size() == 1) return of_one(name, arguments[0]);
  if (arguments.size() == 2) return of_two(name, arguments[0], arguments[1]);
  return std::nullopt;
}

}  // namespace fmsim::odata
