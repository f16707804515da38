// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/row.hpp>
#include <fmferry/filemaker/fmp12/scsu.hpp>

#include <algorithm>
#include <array>

namespace fmferry::fmp12 {
namespace {

constexpr char k_text_mask = 0x5A;
constexpr char16_t k_object_mark = 0xE000;

Result<std::u16string> units_of(const Cell& cell) {
  std::string plain = cell.raw;
  for (char& c : plain) c = static_cast<char>(c ^ k_text_mask);
  auto units = decode_scsu(plain);
  if (!units) return fail(ErrorKind::corrupt, "a text does not decode");
  if (cell.units && *cell.units != units->size()) {
    return fail(ErrorKind::corrupt, "a text is not as long as its head says");
  }
  return std::move(*units);
}

// "8022" and the mark: the object's key in hexadecimal digits.
std::optional<std::string> object_key_in(std::u16string_view units) {
  if (units.size() < 3 || units.back() != k_object_mark) return std::nullopt;
  std::string digits;
  for (const char16_t unit : units.substr(0, units.size() - 1)) {
    if (unit > 0x7F) return std::nullopt;
    digits += static_cast<char>(unit);
  }
  return from_hex(digits);
}

bool is_reference(std::string_view text) {
  constexpr std::array<std::string_view, 4> kinds{"file", "image", "movie", "audio"};
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto scheme = text.substr(0, colon);
  return std::ranges::any_of(kinds, [&](std::string_view kind) {
    if (!scheme.starts_with(kind)) return false;
    const auto system = scheme.substr(kind.size());
    return system.empty() || system == "mac" || system == "win" || system == "linux";
  });
}

}  // namespace

const Cell* Row::cell(std::uint32_t field, std::uint32_t repetition) const {
  const auto at = std::ranges::find_if(cells, [&](const Cell& cell) {
    return cell.field == field && cell.repetition == repetition;
  });
  return at != cells.end() ? &*at : nullptr;
}

Result<std::string> text_of(const Cell& cell) {
  FMF_TRY_ASSIGN(const std::u16string units, units_of(cell));
  return utf8_of(units);
}

Result<ContainerValue> container_value_of(const Cell& cell) {
  FMF_TRY_ASSIGN(const std::u16string units, units_of(cell));
  if (auto key = object_key_in(units)) {
    return ContainerValue{.kind = ContainerValue::Kind::embedded, .object = std::move(*key)};
  }
  if (is_reference(utf8_of(units))) {
    return ContainerValue{.kind = ContainerValue::Kind::reference};
  }
  return ContainerValue{};
}

}  // namespace fmferry::fmp12
