// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config.hpp>

#include <charconv>
#include <map>

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

}  // namespace fmferry
