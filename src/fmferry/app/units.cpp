// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>

namespace fmferry {
namespace {

struct Quantity {
  double number;
  std::string unit;
};

std::optional<Quantity> split(std::string_view text) {
  const auto end = text.find_first_not_of("0123456789.");
  const auto digits = text.substr(0, end);
  double number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
    return std::nullopt;
  }
  const auto unit = end == std::string_view::npos ? "" : trim(text.substr(end));
  return Quantity{number, to_lower(unit)};
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  static const std::map<std::string, double> k_units{
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
  const auto quantity = split(text);
  if (!quantity) return std::nullopt;
  const auto unit = k_units.find(quantity->unit);
  if (unit == k_units.end()) return std::nullopt;
  return std::chrono::milliseconds(static_cast<std::int64_t>(quantity->number * unit->second));
}

std::optional<std::int64_t> parse_size(std::string_view text) {
  static const std::map<std::string, double> k_units{{"", 1},
                                                     {"b", 1},
                                                     {"kb", 1e3},
                                                     {"mb", 1e6},
                                                     {"gb", 1e9},
                                                     {"tb", 1e12},
                                                     {"kib", 1024.},
                                                     {"mib", 1048576.},
                                                     {"gib", 1073741824.}};
  const auto quantity = split(text);
  if (!quantity) return std::nullopt;
  const auto unit = k_units.find(quantity->unit);
  if (unit == k_units.end()) return std::nullopt;
  return static_cast<std::int64_t>(quantity->number * unit->second);
}

std::string nearest(std::string_view typed, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, typed.size() / 3) + 1;  // two letters swapped are 2
  for (const auto& word : known) {
    const std::size_t far = distance(typed, word);
    if (far < least) {
      least = far;
      best = word;
    }
  }
  return best;
}

}  // namespace fmferry
