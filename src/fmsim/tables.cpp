// SPDX-License-Identifier: Apache-2.0
#include <fmsim/clinic.hpp>
#include <fmsim/tables.hpp>

#include <algorithm>
#include <array>

namespace fmsim {
namespace {

constexpr Field calculated(std::string_view name, FieldType type) {
  return {name, type, false, false, true};
}

constexpr std::array<Field, 22> k_image_fields{{
    {"id", FieldType::text, true, true},
    {"id_patient", FieldType::text},
    {"image_date", FieldType::date},
    {"category", FieldType::text},
    {k_container_fields[0], FieldType::container, false},
    {k_container_fields[1], FieldType::container, false},
    {k_container_fields[2], FieldType::container, false},
    {k_container_fields[3], FieldType::container, false},
    {k_container_fields[4], FieldType::container, false},
    {"best_image_container", FieldType::text},
    {"NexusExportDate", FieldType::timestamp},
    {"modified_by", FieldType::text, false},
    calculated("image_Full_md5", FieldType::text),
    calculated("image_Full_length", FieldType::number),
    calculated("image_Ex_large_md5", FieldType::text),
    calculated("image_Ex_large_length", FieldType::number),
    calculated("image_large_md5", FieldType::text),
    calculated("image_large_length", FieldType::number),
    calculated("image_medium_md5", FieldType::text),
    calculated("image_medium_length", FieldType::number),
    calculated("image_small_md5", FieldType::text),
    calculated("image_small_length", FieldType::number),
}};

constexpr std::array<Field, 6> k_patient_fields{{
    {"id", FieldType::text, true, true},
    {"first_name", FieldType::text},
    {"last_name", FieldType::text},
    {"date_of_birth", FieldType::date},
    {"chart_number", FieldType::number},
    {"modified_by", FieldType::text, false},
}};

constexpr std::array<std::size_t, 12> k_all_image{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
constexpr std::array<std::size_t, 6> k_all_patient{0, 1, 2, 3, 4, 5};
constexpr std::array<std::size_t, 4> k_keys{0, 1, 9, 10};

constexpr std::array<std::size_t, 22> k_with_attributes{0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                                        11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21};

constexpr std::array<Layout, 4> k_layouts{{
    {"API_Images", TableId::images, k_all_image, false},
    {"API_Patients", TableId::patients, k_all_patient, true},
    {"API_Image_Keys", TableId::images, k_keys, false},
    {"API_Images_Checked", TableId::images, k_with_attributes, false},
}};

}  // namespace

std::span<const Field> fields_of(TableId table) {
  if (table == TableId::images) return k_image_fields;
  return k_patient_fields;
}

std::span<const Field> stored_fields_of(TableId table) {
  const auto fields = fields_of(table);
  return table == TableId::images ? fields.first(image_field::first_attribute) : fields;
}

std::optional<Attribute> attribute_of(TableId table, std::size_t field) {
  if (table != TableId::images || field < image_field::first_attribute) return std::nullopt;
  const std::size_t at = field - image_field::first_attribute;
  return Attribute{at / 2, at % 2 == 0};
}

std::string_view name_of(TableId table) {
  return table == TableId::images ? "API_Images" : "Patients";
}

std::string_view name_of(FieldType type) {
  constexpr std::array<std::string_view, 5> k_names{
      "text", "number", "date", "timeStamp", "container"};
  return k_names[static_cast<std::size_t>(type)];
}

std::optional<std::size_t> field_of(TableId table, std::string_view name) {
  const auto fields = fields_of(table);
  const auto found =
      std::find_if(fields.begin(), fields.end(), [name](const Field& f) { return f.name == name; });
  if (found == fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - fields.begin());
}

std::optional<std::size_t> container_of(TableId table, std::size_t field) {
  const std::size_t last = image_field::first_container + k_containers;
  if (table != TableId::images || field < image_field::first_container || field >= last) {
    return std::nullopt;
  }
  return field - image_field::first_container;
}

bool Layout::shows(std::size_t field) const {
  return std::find(shown.begin(), shown.end(), field) != shown.end();
}

const Layout* find_layout(std::string_view name) {
  const auto found = std::find_if(
      k_layouts.begin(), k_layouts.end(), [name](const Layout& l) { return l.name == name; });
  return found == k_layouts.end() ? nullptr : &*found;
}

}  // namespace fmsim
