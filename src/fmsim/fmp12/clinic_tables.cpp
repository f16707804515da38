// SPDX-License-Identifier: Apache-2.0
#include <fmsim/dates.hpp>
#include <fmsim/fmp12/clinic_tables.hpp>
#include <fmsim/fmp12/memory_content.hpp>
#include <fmsim/fmp12/picture_body.hpp>
#include <fmsim/fmp12/picture_size.hpp>
#include <fmsim/fmp12/streams.hpp>
#include <fmsim/made_pictures.hpp>
#include <fmsim/tables.hpp>

#include <array>

namespace fmsim::fmp12 {
namespace {

constexpr std::uint32_t k_images_table = 129;
constexpr std::uint32_t k_patients_table = 130;
constexpr std::uint32_t k_preferences_table = 133;

// So often an object stays behind that no record names any more.
constexpr std::uint64_t k_lost_every = 500;

ValueType type_of(FieldType type) {
  switch (type) {
    case FieldType::text:
      return ValueType::text;
    case FieldType::number:
      return ValueType::number;
    case FieldType::date:
      return ValueType::date;
    case FieldType::timestamp:
      return ValueType::timestamp;
    case FieldType::container:
      return ValueType::container;
  }
  return ValueType::text;
}

// The last field came years later, when its number took two bytes.
std::uint32_t field_id(TableId table, std::size_t field) {
  const std::size_t last = stored_fields_of(table).size() - 1;
  return static_cast<std::uint32_t>(field == last ? 131 : field + 1);
}

std::vector<Field> fields(TableId table, bool outside) {
  std::vector<Field> list;
  const auto known = stored_fields_of(table);
  for (std::size_t i = 0; i < known.size(); ++i) {
    Field field;
    field.id = field_id(table, i);
    field.name = known[i].name;
    field.type = type_of(known[i].type);
    if (outside && field.type == ValueType::container) field.storage = Storage::open;
    list.push_back(std::move(field));
  }
  return list;
}

std::string us_date(const std::string& stored_date) {
  return show_date(stored_date, DateStyle::us);
}

class Images : public Content {
 public:
  Images(const Clinic& clinic, bool outside) : clinic_(clinic), outside_(outside) {}

  [[nodiscard]] std::uint32_t last_record_id() const override {
    if (clinic_.records() == 0) return 0;
    return static_cast<std::uint32_t>(clinic_.record_id(clinic_.records() - 1));
  }

  void records(const TakeRecord& take) const override {
    std::uint32_t object = 0;
    for (std::uint64_t index = 0; index < clinic_.records(); ++index) {
      Record record;
      record.id = static_cast<std::uint32_t>(clinic_.record_id(index));
      record.modifications = static_cast<std::uint32_t>(clinic_.mod_id(index));
      add_texts(record, index);
      const Containers containers = clinic_.containers(index);
      for (std::size_t i = 0; i < k_containers; ++i) {
        if (auto cell = container_cell(index, i, containers[i], object)) {
          record.cells.push_back(std::move(*cell));
        }
      }
      if (index % k_lost_every == k_lost_every - 1) ++object;
      take(record);
    }
  }

  void objects(const TakeObject& take) const override {
    std::uint32_t id = 0;
    for (std::uint64_t index = 0; index < clinic_.records(); ++index) {
      const Containers containers = clinic_.containers(index);
      for (std::size_t i = 0; i < k_containers; ++i) {
        if (!is_inside(containers[i])) continue;
        take({++id, 1, streams(index, i, containers[i])});
      }
      if (index % k_lost_every == k_lost_every - 1) {
        take({++id, 0, {plain_stream("JPEG", made_jpeg(index)), size_stream(32, 32)}});
      }
    }
  }

 private:
  [[nodiscard]] bool is_inside(const Container& container) const {
    return container.filling == Filling::filled && !(outside_ && container.external);
  }

  void add_texts(Record& record, std::uint64_t index) const {
    const auto add = [&record](std::size_t field, std::string text) {
      record.cells.push_back({field_id(TableId::images, field), 1, std::move(text), {}, {}});
    };
    add(image_field::id, clinic_.id(index));
    add(image_field::id_patient, clinic_.patient_id(index));
    add(image_field::image_date, us_date(clinic_.image_date(index)));
    add(image_field::category, std::string(clinic_.category(index)));
    add(image_field::modified_by, "reception");
  }

  [[nodiscard]] std::optional<Cell> container_cell(std::uint64_t index,
                                                   std::size_t field,
                                                   const Container& container,
                                                   std::uint32_t& object) const {
    if (container.filling == Filling::empty) return std::nullopt;
    Cell cell;
    cell.field = field_id(TableId::images, image_field::first_container + field);
    if (is_inside(container)) {
      cell.object = ++object;
    } else if (container.filling == Filling::filled) {
      cell.text = "remote:Clinic/" + clinic_.file_name(index, field, container.shown_extension);
    } else {
      cell.text = clinic_.container_text(index, field);
    }
    return cell;
  }

  [[nodiscard]] std::vector<Stream> streams(std::uint64_t index,
                                            std::size_t field,
                                            const Container& container) const {
    const std::string name = clinic_.file_name(index, field, container.shown_extension);
    const Picture picture = clinic_.picture(index, field, container);
    Body body = body_of(picture);
    if (body.size() == 0) return inserted_file(std::move(body), name);
    const PictureSize size = picture_size(picture.at(0));
    switch (container.format) {
      case Format::jpeg:
        return inserted_picture("JPEG", std::move(body), name, size.width, size.height);
      case Format::png:
        return inserted_picture("PNGf", std::move(body), name, size.width, size.height);
      case Format::pdf:
        return inserted_picture("PDF ", std::move(body), name, 612, 792);
      case Format::heic:
        // FileMaker calls these JPEG.
        return inserted_picture("JPEG", std::move(body), name, 4032, 3024);
      case Format::tiff:
        if (index % 2 == 0) return inserted_file(std::move(body), name);
        return inserted_picture("TIFF", std::move(body), name, 640, 480);
    }
    return inserted_file(std::move(body), name);
  }

  const Clinic& clinic_;
  bool outside_;
};

class Patients : public Content {
 public:
  explicit Patients(const Clinic& clinic) : clinic_(clinic) {}

  [[nodiscard]] std::uint32_t last_record_id() const override {
    if (clinic_.patients() == 0) return 0;
    return static_cast<std::uint32_t>(clinic_.record_id(clinic_.patients() - 1));
  }

  void records(const TakeRecord& take) const override {
    for (std::uint64_t index = 0; index < clinic_.patients(); ++index) {
      const Patient patient = clinic_.patient(index);
      Record record;
      record.id = static_cast<std::uint32_t>(clinic_.record_id(index));
      record.modifications = static_cast<std::uint32_t>(clinic_.mod_id(index));
      const std::array<std::string, 6> texts{patient.id,
                                             patient.first_name,
                                             patient.last_name,
                                             us_date(patient.date_of_birth),
                                             std::to_string(patient.chart_number),
                                             "reception"};
      for (std::size_t i = 0; i < texts.size(); ++i) {
        record.cells.push_back({field_id(TableId::patients, i), 1, texts[i], {}, {}});
      }
      take(record);
    }
  }

  void objects(const TakeObject& /*take*/) const override {}

 private:
  const Clinic& clinic_;
};

std::string long_text() {
  std::string text;
  for (int line = 1; line <= 60; ++line) {
    text +=
        "Line " + std::to_string(line) + " of the house rules: Händewaschen, 手洗い, мытьё рук.\r";
  }
  return text;
}

Table preferences() {
  Table table;
  table.id = k_preferences_table;
  table.name = "Preferences";
  const auto field = [&table](std::uint32_t id, std::string name, ValueType type) -> Field& {
    Field one;
    one.id = id;
    one.name = std::move(name);
    one.type = type;
    table.fields.push_back(std::move(one));
    return table.fields.back();
  };
  field(1, "practice_name", ValueType::text).global = true;
  field(2, "logo", ValueType::container).global = true;
  field(3, "opening_hours", ValueType::text).repetitions = 3;
  field(4, "Hausordnung 規則", ValueType::text).comment = "All staff must read this";
  Field& forms = field(5, "forms", ValueType::container);
  forms.repetitions = 2;
  Field& age = field(6, "age_of_rules", ValueType::number);
  age.kind = FieldKind::calculation;
  age.unstored = true;
  table.globals.push_back({1, 1, "Zahnärzte am Markt · 歯科", {}, {}});
  table.globals.push_back({2, 1, "", 3, {}});

  auto content = std::make_shared<MemoryContent>();
  content->add(Record{7,
                      12,
                      {{3, 1, "Mo-Fr 8-18", {}, {}},
                       {3, 2, "Sa 9-12", {}, {}},
                       {3, 3, "So –", {}, {}},
                       {4, 1, long_text(), {}, Shape::styled},
                       {5, 1, "", 1, {}},
                       {5, 2, "", 1, {}}}});
  // Both repetitions hold the same form: one object with two uses.
  content->add(
      Object{1, 2, inserted_picture("PDF ", Body::of(made_pdf(7)), "Consent form.pdf", 612, 792)});
  content->add(Object{3, 1, inserted_picture("PNGf", Body::of(made_png(7)), "Logo.png", 60, 40)});
  content->set_last_record_id(9);
  table.content = std::move(content);
  return table;
}

}  // namespace

std::vector<Table> clinic_tables(const Clinic& clinic, bool outside) {
  std::vector<Table> tables;
  tables.push_back({k_images_table,
                    "API_Images",
                    fields(TableId::images, outside),
                    {},
                    std::make_shared<Images>(clinic, outside)});
  tables.push_back({k_patients_table,
                    "API_Patients",
                    fields(TableId::patients, outside),
                    {},
                    std::make_shared<Patients>(clinic)});
  tables.push_back(preferences());
  return tables;
}

}  // namespace fmsim::fmp12
