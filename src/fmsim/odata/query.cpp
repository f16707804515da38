// SPDX-License-Identifier: Apache-2.0
#include <fmsim/odata/entity.hpp>
#include <fmsim/odata/lexer.hpp>
#include <fmsim/odata/problem.hpp>
#include <fmsim/odata/query.hpp>

#include <algorithm>
#include <charconv>

namespace fmsim::odata {
namespace {

std::uint64_t whole_number(const std::string& name, const std::string& text) {
  std::uint64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    throw url_problem("The value of " + name + " is no whole number");
  }
  return value;
}

std::vector<OrderKey> read_order(const std::string& text,
                                 TableId table,
                                 const ODataSettings& settings) {
  std::vector<OrderKey> keys;
  Lexer lexer(text);
  for (Token token = lexer.next();; token = lexer.next()) {
    if (token.what != Token::What::word && token.what != Token::What::name) {
      throw query_problem(token.column, "There is an error in the syntax of the query.");
    }
    keys.push_back({read_column(token.text, table, settings)});
    token = lexer.next();
    if (token.what == Token::What::word && (token.text == "asc" || token.text == "desc")) {
      keys.back().descending = token.text == "desc";
      token = lexer.next();
    }
    if (token.what == Token::What::end) return keys;
    if (token.what != Token::What::comma) {
      throw query_problem(token.column, "There is an error in the syntax of the query.");
    }
  }
}

// Values are fetched once a record, not once a comparison.
void sort_slots(const std::vector<OrderKey>& order,
                const Records& records,
                TableId table,
                std::vector<std::uint64_t>& slots) {
  for (auto key = order.rbegin(); key != order.rend(); ++key) {
    std::vector<std::pair<Value, std::uint64_t>> rows;
    rows.reserve(slots.size());
    for (const std::uint64_t slot : slots) {
      rows.emplace_back(key->column.value({records, table, slot}), slot);
    }
    std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) {
      return key->descending ? compare(b.first, a.first) < 0 : compare(a.first, b.first) < 0;
    });
    std::transform(
        rows.begin(), rows.end(), slots.begin(), [](const auto& row) { return row.second; });
  }
}

}  // namespace

Query read_query(const Path& path, TableId table, const ODataSettings& settings) {
  Query query;
  for (const auto& [name, value] : path.options) {
    if (name == "$filter")
      query.filter = read_filter(value, table, settings);
    else if (name == "$orderby")
      query.order = read_order(value, table, settings);
    else if (name == "$top")
      query.top = whole_number(name, value);
    else if (name == "$skip")
      query.skip = whole_number(name, value);
    else if (name == "$count")
      query.count = value == "true";
    else if (name == "$select")
      query.select = value;
    else if (name != "$format")
      throw url_problem("The option " + name + " is not supported");
  }
  return query;
}

std::vector<std::uint64_t> matching(const Query& query, const Records& records, TableId table) {
  std::vector<std::uint64_t> slots;
  records.walk(table, 0, [&](std::uint64_t slot) {
    if (!query.filter || (*query.filter)({records, table, slot})) slots.push_back(slot);
    return true;
  });
  return slots;
}

Found run_query(const Query& query, const Records& records, TableId table, std::uint64_t most) {
  Found found;
  if (!query.filter && query.order.empty()) {
    found.count = records.count(table);
    records.walk(table, query.skip, [&](std::uint64_t slot) {
      if (found.slots.size() < most) found.slots.push_back(slot);
      return found.slots.size() < most;
    });
    return found;
  }
  std::vector<std::uint64_t> all = matching(query, records, table);
  sort_slots(query.order, records, table, all);
  found.count = all.size();
  const std::uint64_t from = std::min<std::uint64_t>(query.skip, all.size());
  const std::uint64_t to = from + std::min<std::uint64_t>(most, all.size() - from);
  found.slots.assign(all.begin() + static_cast<std::ptrdiff_t>(from),
                     all.begin() + static_cast<std::ptrdiff_t>(to));
  return found;
}

}  // namespace fmsim::odata
