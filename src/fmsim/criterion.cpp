// SPDX-License-Identifier: Apache-2.0
#include <fmsim/criterion.hpp>
#include <fmsim/error_codes.hpp>
#include <fmsim/folded_text.hpp>

#include <algorithm>
#include <charconv>
#include <compare>
#include <optional>
#include <utility>
#include <vector>

namespace fmsim {
namespace {

using Test = std::function<bool(std::string_view)>;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

bool strip(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text = trimmed(text.substr(prefix.size()));
  return true;
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

enum class Order : std::uint8_t { less, at_most, more, at_least };

std::optional<Order> strip_order(std::string_view& text) {
  if (strip(text, "<=") || strip(text, "≤")) return Order::at_most;
  if (strip(text, ">=") || strip(text, "≥")) return Order::at_least;
  if (strip(text, "<")) return Order::less;
  if (strip(text, ">")) return Order::more;
  return std::nullopt;
}

bool holds(Order order, std::partial_ordering compared) {
  switch (order) {
    case Order::less:
      return compared < 0;
    case Order::at_most:
      return compared <= 0;
    case Order::more:
      return compared > 0;
    case Order::at_least:
      return compared >= 0;
  }
  return false;
}

Criterion with(Test test) {
  return {std::move(test), false, 0};
}

Criterion broken(int error) {
  return {nullptr, false, error};
}

// ---- text

Test whole_field(std::string_view rest) {
  const Pattern pattern(folded(rest));
  if (!pattern.has_wildcards()) {
    return [wanted = pattern.literal()](std::string_view stored) {
      return stored.size() == wanted.size() ? folded(stored) == wanted
                                            : !stored.empty() && folded(stored) == wanted;
    };
  }
  return [pattern](std::string_view stored) { return pattern.fits(folded(stored)); };
}

Test words_test(std::string_view text, bool whole) {
  const std::string pattern_text = folded(text);
  const Pattern pattern(pattern_text);
  if (pattern.has_wildcards()) {
    // Wildcards look at the field's text; without `=` more text may follow.
    const Pattern open(whole ? pattern_text : pattern_text + "*");
    const Pattern word_start("* " + pattern_text + (whole ? "" : "*"));
    return [open, word_start](std::string_view stored) {
      const std::string value = folded(stored);
      return open.fits(value) || word_start.fits(value);
    };
  }
  return [wanted = pattern.literal(), whole](std::string_view stored) {
    const std::string value = folded(stored);
    const auto has = words_of(value);
    const auto asked = words_of(wanted);
    return !asked.empty() && std::all_of(asked.begin(), asked.end(), [&](std::string_view word) {
      return std::any_of(has.begin(), has.end(), [&](std::string_view each) {
        return whole ? each == word : each.starts_with(word);
      });
    });
  };
}

Test phrase_test(std::string_view phrase) {
  return [wanted = folded(phrase)](std::string_view stored) {
    const std::string value = folded(stored);
    const std::size_t at = value.find(wanted);
    return at != std::string::npos && (at == 0 || words_of(value.substr(at - 1, 1)).empty());
  };
}

// Blank-separated parts, each of which must fit: quoted phrases and words.
Test all_parts(std::string_view text) {
  std::vector<Test> tests;
  while (!text.empty()) {
    if (text.front() == '"') {
      const std::size_t end = text.find('"', 1);
      tests.push_back(phrase_test(text.substr(1, end == std::string_view::npos ? end : end - 1)));
      text = trimmed(end == std::string_view::npos ? "" : text.substr(end + 1));
      continue;
    }
    const std::size_t end = text.find(' ');
    std::string_view part = text.substr(0, end);
    const bool whole = strip(part, "=");
    tests.push_back(words_test(part, whole));
    text = trimmed(end == std::string_view::npos ? "" : text.substr(end));
  }
  return [tests](std::string_view stored) {
    return std::all_of(tests.begin(), tests.end(), [&](const Test& test) { return test(stored); });
  };
}

Criterion text_criterion(std::string_view text) {
  if (strip(text, "~")) return text_criterion(text);
  if (strip(text, "==")) return with(whole_field(text));
  if (const auto order = strip_order(text)) {
    return with([order = *order, wanted = folded(text)](std::string_view stored) {
      return !stored.empty() && holds(order, folded(stored) <=> wanted);
    });
  }
  const std::size_t dots = text.find("...");
  if (dots != std::string_view::npos && dots > 0 && (text[dots - 1] != '\\')) {
    const std::string low = folded(trimmed(text.substr(0, dots)));
    const std::string high = folded(trimmed(text.substr(dots + 3)));
    return with([low, high](std::string_view stored) {
      const std::string value = folded(stored);
      return !value.empty() && value >= low && (value <= high || value.starts_with(high));
    });
  }
  return with(all_parts(text));
}

// ---- numbers

Criterion number_criterion(std::string_view text) {
  if (!strip(text, "==")) strip(text, "=");
  const auto order = strip_order(text);
  const std::size_t dots = text.find("...");
  if (!order && dots != std::string_view::npos) {
    const auto low = number_of(trimmed(text.substr(0, dots)));
    const auto high = number_of(trimmed(text.substr(dots + 3)));
    if (!low || !high) return broken(code::criteria_empty);
    return with([low = *low, high = *high](std::string_view stored) {
      const auto value = number_of(stored);
      return value && *value >= low && *value <= high;
    });
  }
  const auto wanted = number_of(text);
  if (!wanted) return broken(code::criteria_empty);
  return with([order, wanted = *wanted](std::string_view stored) {
    const auto value = number_of(stored);
    if (!value) return false;
    return order ? holds(*order, *value <=> wanted) : (*value <=> wanted) == 0;
  });
}

// ---- dates and timestamps: stored text sorts as time, and a day is a prefix of its moments

std::optional<std::string> moment(std::string_view text, DateStyle style) {
  if (text == "//") return date_today();
  if (text.find(' ') != std::string_view::npos) return read_timestamp(text, style);
  if (auto day = read_date(text, style)) return day;
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && text.size() == 4) return std::string(text);
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || style == DateStyle::iso) return std::nullopt;
  const auto first =
      read_date(std::string(text.substr(0, slash)) + "/1" + std::string(text.substr(slash)), style);
  if (!first) return std::nullopt;
  return first->substr(0, 7);
}

Criterion date_criterion(std::string_view text, DateStyle style) {
  if (text == "?") return with([](std::string_view) { return false; });
  if (!strip(text, "==")) strip(text, "=");
  const auto order = strip_order(text);
  const std::size_t dots = text.find("...");
  if (!order && dots != std::string_view::npos) {
    const auto low = moment(trimmed(text.substr(0, dots)), style);
    const auto high = moment(trimmed(text.substr(dots + 3)), style);
    if (!low || !high) return broken(code::date_invalid);
    return with([low = *low, high = *high](std::string_view stored) {
      return !stored.empty() && stored >= low && stored.substr(0, high.size()) <= high;
    });
  }
  const auto wanted = moment(text, style);
  if (!wanted || wanted->empty()) return broken(code::date_invalid);
  return with([order, wanted = *wanted](std::string_view stored) {
    if (stored.empty()) return false;
    const auto compared = stored.substr(0, wanted.size()) <=> std::string_view(wanted);
    return order ? holds(*order, compared) : compared == 0;
  });
}

}  // namespace

Criterion read_criterion(std::string_view given, FieldType type, DateStyle style) {
  const std::string_view text = trimmed(given);
  // FileMaker has no find on containers, so a client must not count on one.
  if (type == FieldType::container || text.empty()) return broken(code::criteria_empty);
  if (text == "=" || text == "==")
    return with([](std::string_view stored) { return stored.empty(); });
  if (text == "*") return with([](std::string_view stored) { return !stored.empty(); });
  if (text == "!") return {[](std::string_view stored) { return !stored.empty(); }, true, 0};
  if (type == FieldType::number) return number_criterion(text);
  if (type == FieldType::text) return text_criterion(text);
  return date_criterion(text, style);
}

}  // namespace fmsim
