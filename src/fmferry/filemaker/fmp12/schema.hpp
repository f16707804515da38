// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fmferry::fmp12 {

enum class FieldKind { normal, calculation, summary, other };
enum class FieldType { text, number, date, time, timestamp, container, other };

// Where a container field keeps its files. The bytes of external ones are not in the database file.
enum class Storage { inside, external_open, external_secure };

[[nodiscard]] std::string_view name_of(FieldKind kind);
[[nodiscard]] std::string_view name_of(FieldType type);

struct Field {
  std::uint32_t id{0};
  std::string name{};
  FieldKind kind{FieldKind::normal};
  FieldType type{FieldType::text};
  Storage storage{Storage::inside};
  bool global{false};    // one value for the whole table
  bool unstored{false};  // computed when shown: no data in the records
  int repetitions{1};

  [[nodiscard]] bool is_container() const {
    return kind != FieldKind::summary && type == FieldType::container;
  }
};

// A base table. The ids are those of FileMaker's own XML export.
struct Table {
  std::uint32_t id{0};
  std::string name{};
  std::vector<Field> fields{};  // in the order of their ids

  [[nodiscard]] const Field* field(std::uint32_t field_id) const;
  [[nodiscard]] const Field* field(std::string_view field_name) const;
};

}  // namespace fmferry::fmp12
