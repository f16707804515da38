// SPDX-License-Identifier: Apache-2.0
#include <fmferry/foundation/encoding.hpp>
#include <fmferry/sql/column.hpp>
#include <fmferry/sql/values.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace fmferry::sql {
namespace {

using Encoded = Result<std::optional<std::string>>;

struct Named {
  std::string_view begins{};
  Kind kind{};
};

// The first that the declared type begins with counts, so "timestamp" stands before "time".
constexpr std::array k_sqlite_types{Named{"char(32)", Kind::uuid},
                                    Named{"uuid", Kind::uuid},
                                    Named{"bool", Kind::boolean},
                                    Named{"datetime", Kind::timestamp},
                                    Named{"timestamp", Kind::timestamp},
                                    Named{"date", Kind::date},
                                    Named{"int", Kind::integer},
                                    Named{"bigint", Kind::integer},
                                    Named{"smallint", Kind::integer},
                                    Named{"real", Kind::real},
                                    Named{"double", Kind::real},
                                    Named{"float", Kind::real},
                                    Named{"decimal", Kind::real},
                                    Named{"numeric", Kind::real},
                                    Named{"varchar", Kind::text},
                                    Named{"char", Kind::text},
                                    Named{"text", Kind::text}};

constexpr std::array k_postgres_types{Named{"uuid", Kind::uuid},
                                      Named{"boolean", Kind::boolean},
                                      Named{"timestamp", Kind::timestamp},
                                      Named{"date", Kind::date},
                                      Named{"integer", Kind::integer},
                                      Named{"bigint", Kind::integer},
                                      Named{"smallint", Kind::integer},
                                      Named{"double precision", Kind::real},
                                      Named{"real", Kind::real},
                                      Named{"numeric", Kind::real},
                                      Named{"json", Kind::json},
                                      Named{"character", Kind::text},
                                      Named{"text", Kind::text},
                                      Named{"citext", Kind::text}};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view k_blanks = " \t\r\n";
  const std::size_t from = text.find_first_not_of(k_blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(k_blanks) + 1 - from);
}

Encoded misfit(std::string_view what) {
  return fail(ErrorKind::corrupt, "its value is no " + std::string(what));
}

template <class Number>
bool is_number(std::string_view text) {
  Number value{};
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  return parsed.ec == std::errc{} && parsed.ptr == text.data() + text.size();
}

Encoded as_number(std::string_view text, bool whole) {
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  const bool fits = whole ? is_number<std::int64_t>(text) : is_number<double>(text);
  if (fits) return std::string(text);
  return misfit(whole ? "whole number" : "number");
}

Encoded as_boolean(std::string_view text, Dialect dialect) {
  const std::string word = to_lower(trimmed(text));
  double number = 0;
  const auto parsed = std::from_chars(word.data(), word.data() + word.size(), number);
  const bool numeric = parsed.ec == std::errc{} && parsed.ptr == word.data() + word.size();
  const bool no = word.empty() || word == "no" || word == "false" || (numeric && number == 0);
  if (!no && !numeric && word != "yes" && word != "true") return misfit("yes or no");
  if (dialect == Dialect::sqlite) return no ? "0" : "1";
  return no ? "false" : "true";
}

Encoded as_uuid(const std::string& text, const Column& column) {
  return to_uuid_form(trimmed(text), uuid_form_of(column.type));
}

Encoded as_day(std::string_view text) {
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  auto day = iso_day(text);
  if (!day) return misfit("date");
  return day;
}

// "...Z" is our own clock's time, and already in the right form.
Encoded as_timestamp(std::string_view text, const Column& column, Encoding& encoding) {
  text = trimmed(text);
  if (text.empty()) return std::nullopt;
  const bool with_zone = encoding.dialect == Dialect::postgres &&
                         column.type.find("with time zone") != std::string::npos;
  const std::string suffix = with_zone ? "+00" : "";
  if (text.ends_with('Z')) return std::string(text.substr(0, text.size() - 1)) + suffix;
  WallZone zone = encoding.zone;
  std::string wall(text.substr(0, 19));
  if (wall.size() > 10 && wall[10] == 'T') wall[10] = ' ';
  if (text.size() > 19) {
    const auto told = parse_zone(text.substr(19));
    if (!told) return misfit("point in time");
    zone = *told;
  }
  if (wall.size() == 10) wall += " 00:00:00";
  const auto moment = moment_of(wall, zone);
  if (!moment) return misfit("point in time");
  if (comes_twice(wall, zone)) ++encoding.ambiguous;
  return timestamp_text(*moment) + suffix;
}

Encoded as_text(const std::string& text, const Column& column, bool exact) {
  if (!column.limit) return text;
  if (exact && count_characters(text) > *column.limit) {
    return fail(ErrorKind::corrupt, "its value is too long");
  }
  return std::string(first_characters(text, *column.limit));
}

Encoded as_json(const std::string& text) {
  boost::system::error_code error;
  const auto value = boost::json::parse(text, error);
  return error ? boost::json::serialize(boost::json::string(text)) : text;
}

}  // namespace

Kind kind_of(std::string_view declared_type, Dialect dialect) {
  const auto find = [&declared_type](const auto& types) {
    const auto found = std::ranges::find_if(
        types, [&](const Named& named) { return declared_type.starts_with(named.begins); });
    return found == types.end() ? Kind::other : found->kind;
  };
  return dialect == Dialect::sqlite ? find(k_sqlite_types) : find(k_postgres_types);
}

Encoded encoded(const std::string& text, const Column& column, bool exact, Encoding& encoding) {
  switch (column.kind) {
    case Kind::uuid:
      return as_uuid(text, column);
    case Kind::integer:
      return as_number(text, true);
    case Kind::real:
      return as_number(text, false);
    case Kind::boolean:
      return as_boolean(text, encoding.dialect);
    case Kind::date:
      return as_day(text);
    case Kind::timestamp:
      return as_timestamp(text, column, encoding);
    case Kind::json:
      return as_json(text);
    case Kind::text:
      return as_text(text, column, exact);
    case Kind::other:
      break;
  }
  return text;
}

}  // namespace fmferry::sql
