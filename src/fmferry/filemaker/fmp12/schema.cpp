// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/fmp12/schema.hpp>

#include <algorithm>

namespace fmferry::fmp12 {

std::string_view name_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::normal:
      return "normal";
    case FieldKind::calculation:
      return "calculation";
    case FieldKind::summary:
      return "summary";
    case FieldKind::other:
      break;
  }
  return "other";
}

std::string_view name_of(FieldType type) {
  switch (type) {
    case FieldType::text:
      return "text";
    case FieldType::number:
      return "number";
    case FieldType::date:
      return "date";
    case FieldType::time:
      return "time";
    case FieldType::timestamp:
      return "timestamp";
    case FieldType::container:
      return "container";
    case FieldType::other:
      break;
  }
  return "other";
}

const Field* Table::field(std::uint32_t field_id) const {
  const auto at = std::ranges::lower_bound(fields, field_id, {}, &Field::id);
  return at != fields.end() && at->id == field_id ? &*at : nullptr;
}

const Field* Table::field(std::string_view field_name) const {
  const auto at = std::ranges::find(fields, field_name, &Field::name);
  return at != fields.end() ? &*at : nullptr;
}

}  // namespace fmferry::fmp12
