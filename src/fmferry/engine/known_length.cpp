// SPDX-License-Identifier: Apache-2.0
#include <fmferry/engine/known_length.hpp>

#include <charconv>

namespace fmferry {

std::optional<std::int64_t> length_said(const Record& record,
                                        const std::string& container,
                                        const JobSettings& settings) {
  if (settings.length_field.empty()) return std::nullopt;
  const auto digits = trim(record.field(attribute_field(settings.length_field, container)));
  std::int64_t length = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return length;
}

}  // namespace fmferry
