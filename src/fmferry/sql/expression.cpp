// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/digest.hpp>
#include <fmferry/foundation/nearest.hpp>
#include <fmferry/sql/expression.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace fmferry::sql {
namespace {

// Made once at random. It must never change: ids are made from it.
constexpr std::string_view k_value_namespace = "3e0b6f0e-8f42-4c55-b0b4-6ad1f0a4b6d7";

enum Flag : unsigned { none = 0, always = 1, keeps = 2, exact = 4 };

using Text = std::string (*)(const Told&);

struct Known {
  std::string_view name{};
  unsigned flags{none};
  Text text{};
};

template <class T>
std::string number(const std::optional<T>& value) {
  return value ? std::to_string(*value) : std::string();
}

// The same names as in docs/manual/catalogue.md. Empty: not known.
const std::array k_names{
    Known{"image_id", always | exact, [](const Told& t) { return t.image.image_id; }},
    Known{"parent_id", always | exact, [](const Told& t) { return t.image.parent_id; }},
    Known{"parent", none, [](const Told& t) { return t.image.parent_key; }},
    Known{"group_id", always | exact, [](const Told& t) { return t.group_id; }},
    Known{"content_type", always | exact, [](const Told& t) { return t.content_type; }},
    Known{"key", always | exact, [](const Told& t) { return t.image.key; }},
    Known{"original_name", always, [](const Told& t) { return t.image.original_name; }},
    Known{"length", always, [](const Told& t) { return std::to_string(t.image.length); }},
    Known{"media_type", always, [](const Told& t) { return t.image.media_type; }},
    Known{"sha256", always | exact, [](const Told& t) { return t.image.sha256; }},
    Known{"container", always, [](const Told& t) { return t.image.container; }},
    Known{"record_id", always, [](const Told& t) { return std::to_string(t.image.record_id); }},
    Known{"now", always, [](const Told& t) { return t.now; }},
    Known{"source_id", exact, [](const Told& t) { return t.image.source_id; }},
    Known{"day", none, [](const Told& t) { return t.image.day; }},
    Known{"category", none, [](const Told& t) { return t.image.category; }},
    Known{"width", keeps, [](const Told& t) { return number(t.image.width); }},
    Known{"height", keeps, [](const Told& t) { return number(t.image.height); }},
    Known{"orientation", keeps, [](const Told& t) { return number(t.image.orientation); }},
    Known{"pages", keeps, [](const Told& t) { return number(t.image.pages); }},
    Known{"taken", keeps, [](const Told& t) { return t.image.taken; }},
    Known{"thumbnail_key", keeps | exact, [](const Told& t) { return t.image.thumbnail_key; }},
    Known{"thumbnail_length", keeps, [](const Told& t) {
            const bool none_made = t.image.thumbnail_key.empty();
            return none_made ? std::string() : std::to_string(t.image.thumbnail_length);
          }}};

const Known* known(std::string_view name) {
  const auto found = std::ranges::find(k_names, name, &Known::name);
  return found == k_names.end() ? nullptr : &*found;
}

template <unsigned wanted>
bool has(std::string_view name) {
  const Known* found = known(name);
  return found != nullptr && (found->flags & wanted) != 0;
}

Error unknown_name(std::string_view name) {
  std::vector<std::string> names{"field:NAME", "uuid:NAME"};
  for (const Known& one : k_names) names.emplace_back(one.name);
  const std::string hint = nearest(std::string(name), names);
  return {.kind = ErrorKind::invalid,
          .what = "{" + std::string(name) + "} is not known" +
                  (hint.empty() ? "" : ", did you mean {" + hint + "}?")};
}

}  // namespace

Result<Expression::Name> Expression::parse_name(std::string_view text) {
  for (const std::string_view with_argument : {"field:", "uuid:"}) {
    if (!text.starts_with(with_argument)) continue;
    const std::string argument(text.substr(with_argument.size()));
    if (argument.empty()) return fail(unknown_name(text));
    Name name{.name = std::string(with_argument.substr(0, with_argument.size() - 1)),
              .argument = argument};
    if (name.name == "uuid") {
      FMF_TRY_ASSIGN(Name inner, parse_name(argument));
      name.inner.push_back(std::move(inner));
    }
    return name;
  }
  if (text.size() >= 2 && text.front() == '\'' && text.back() == '\'') {
    return Name{.name = "text", .argument = std::string(text.substr(1, text.size() - 2))};
  }
  if (known(text) == nullptr) return fail(unknown_name(text));
  return Name{.name = std::string(text)};
}

Result<Expression::Part> Expression::parse_part(std::string_view text) {
  Part part;
  while (true) {
    const std::size_t bar = text.find('|');
    FMF_TRY_ASSIGN(Name name, parse_name(text.substr(0, bar)));
    part.names.push_back(std::move(name));
    if (bar == std::string_view::npos) return part;
    text.remove_prefix(bar + 1);
  }
}

Result<Expression> Expression::parse(std::string_view text) {
  Expression expression;
  while (true) {
    const std::size_t open = text.find('{');
    const std::string_view literal = text.substr(0, open);
    if (literal.find('}') != std::string_view::npos) {
      return fail(ErrorKind::invalid, "there is a } without its {");
    }
    if (!literal.empty() || (open == std::string_view::npos && expression.parts_.empty())) {
      expression.parts_.push_back({.literal = std::string(literal)});
    }
    if (open == std::string_view::npos) return expression;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) {
      return fail(ErrorKind::invalid, "there is a { without its }");
    }
    FMF_TRY_ASSIGN(Part part, parse_part(text.substr(open + 1, close - open - 1)));
    expression.parts_.push_back(std::move(part));
    text.remove_prefix(close + 1);
    if (text.empty()) return expression;
  }
}

std::optional<std::string> Expression::look_up(const Name& name, const Told& told) {
  std::string text;
  if (name.name == "text") return name.argument;
  if (name.name == "field") {
    const auto field = told.image.fields.find(name.argument);
    if (field != told.image.fields.end()) text = field->second;
  } else if (name.name == "uuid") {
    if (const auto value = look_up(name.inner.front(), told)) {
      text = uuid_v5(k_value_namespace, told.source + "|" + name.argument + "|" + *value);
    }
  } else {
    text = known(name.name)->text(told);
  }
  if (text.empty()) return std::nullopt;
  return text;
}

std::optional<std::string> Expression::first_known(const Part& part, const Told& told) {
  for (const Name& name : part.names) {
    if (auto value = look_up(name, told)) return value;
  }
  return std::nullopt;
}

std::optional<std::string> Expression::value(const Told& told) const {
  if (parts_.size() == 1 && !parts_.front().names.empty()) return first_known(parts_.front(), told);
  std::string joined;
  for (const Part& part : parts_) {
    joined += part.names.empty() ? part.literal : first_known(part, told).value_or("");
  }
  return joined;
}

bool Expression::has_flag(bool (*flag)(std::string_view)) const {
  return std::ranges::any_of(parts_, [flag](const Part& part) {
    return std::ranges::any_of(part.names, [flag](const Name& name) { return flag(name.name); });
  });
}

bool Expression::always() const {
  if (parts_.size() != 1 || parts_.front().names.empty()) return true;
  return has_flag([](std::string_view name) { return name == "text" || has<Flag::always>(name); });
}

bool Expression::keeps() const {
  return parts_.size() == 1 && has_flag(has<Flag::keeps>);
}

bool Expression::exact() const {
  return has_flag([](std::string_view name) { return name == "uuid" || has<Flag::exact>(name); });
}

bool Expression::is(std::string_view name) const {
  return parts_.size() == 1 && parts_.front().names.size() == 1 &&
         parts_.front().names.front().name == name;
}

std::set<std::string> Expression::fields() const {
  std::set<std::string> found;
  for (const Part& part : parts_) {
    for (const Name& name : part.names) {
      const Name* innermost = &name;
      while (!innermost->inner.empty()) innermost = &innermost->inner.front();
      if (innermost->name == "field") found.insert(innermost->argument);
    }
  }
  return found;
}

}  // namespace fmferry::sql
