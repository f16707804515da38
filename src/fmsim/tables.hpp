// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fmsim {

inline constexpr std::string_view k_database = "Clinic";

enum class TableId : std::uint8_t { images, patients };

enum class FieldType : std::uint8_t { text, number, date, timestamp, container };

struct Field {
  std::string_view name;
  FieldType type{FieldType::text};
  bool writable{true};
  bool required{false};
  bool calculated{false};  // by FileMaker, each time it is asked for
};

// The fields of a table, in layout order.
std::span<const Field> fields_of(TableId table);
std::string_view name_of(TableId table);
std::string_view name_of(FieldType type);

// The field's place among fields_of(table).
std::optional<std::size_t> field_of(TableId table, std::string_view name);

// Which of the five containers a field of API_Images is.
std::optional<std::size_t> container_of(TableId table, std::size_t field);

// An attribute of a container that a field of API_Images calculates.
struct Attribute {
  std::size_t container{0};
  bool is_md5{false};  // else the length
};

std::optional<Attribute> attribute_of(TableId table, std::size_t field);

// The fields of a table that hold what somebody put there.
std::span<const Field> stored_fields_of(TableId table);

// The places of the fields that the simulator itself needs to know.
namespace image_field {
inline constexpr std::size_t id = 0;
inline constexpr std::size_t id_patient = 1;
inline constexpr std::size_t image_date = 2;
inline constexpr std::size_t category = 3;
inline constexpr std::size_t first_container = 4;
inline constexpr std::size_t best = 9;
inline constexpr std::size_t exported = 10;
inline constexpr std::size_t modified_by = 11;
// GetContainerAttribute's "MD5" and "fileSize" of each container, in turns.
inline constexpr std::size_t first_attribute = 12;
}  // namespace image_field

// A layout shows some fields of one table.
struct Layout {
  std::string_view name;
  TableId table{TableId::images};
  std::span<const std::size_t> shown;
  bool has_portal{false};

  [[nodiscard]] bool shows(std::size_t field) const;
};

const Layout* find_layout(std::string_view name);

// The portal on API_Patients: the patient's images.
inline constexpr std::string_view k_portal = "Images";

}  // namespace fmsim
