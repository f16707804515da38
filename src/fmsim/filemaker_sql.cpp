// SPDX-License-Identifier: Apache-2.0
#include <fmsim/sql_text.hpp>
#include <fmsim/tables.hpp>
#include <fmsim/truth.hpp>

#include <array>
#include <ostream>

namespace fmsim {
namespace {

constexpr std::string_view k_dialect = R"sql(
CREATE TYPE container_stream AS (code varchar, bytes bytea);
CREATE TYPE container AS (name varchar, streams container_stream[]);

-- Files keep their bytes under FILE and often get a small picture besides; pictures are themselves.
CREATE FUNCTION inserted_file(name varchar, bytes bytea) RETURNS container LANGUAGE sql IMMUTABLE AS
$$ SELECT ROW(name, ARRAY[ROW('FILE', bytes)::container_stream,
                          ROW('JPEG', 'a preview'::bytea)::container_stream])::container $$;
CREATE FUNCTION inserted_picture(name varchar, code varchar, bytes bytea) RETURNS container
LANGUAGE sql IMMUTABLE AS
$$ SELECT ROW(name, ARRAY[ROW(code, bytes)::container_stream])::container $$;
CREATE FUNCTION only_text(name varchar) RETURNS container LANGUAGE sql IMMUTABLE AS
$$ SELECT ROW(name, ARRAY[]::container_stream[])::container $$;

CREATE FUNCTION content_name(held container) RETURNS varchar LANGUAGE sql IMMUTABLE AS
$$ SELECT (held).name $$;
CREATE CAST (container AS varchar) WITH FUNCTION content_name(container);

CREATE FUNCTION GetAs(held container, wanted varchar) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN wanted = 'DEFAULT' THEN ((held).streams)[1].bytes
               ELSE (SELECT bytes FROM unnest((held).streams) WHERE code = wanted LIMIT 1) END $$;

-- Without a number a repeating field is its first repetition.
CREATE FUNCTION content_name(held container[]) RETURNS varchar LANGUAGE sql IMMUTABLE AS
$$ SELECT (held[1]).name $$;
CREATE CAST (container[] AS varchar) WITH FUNCTION content_name(container[]);
CREATE FUNCTION GetAs(held container[], wanted varchar) RETURNS bytea LANGUAGE sql IMMUTABLE AS
$$ SELECT GetAs(held[1], wanted) $$;

CREATE FUNCTION commit_record() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
  NEW.rowid := OLD.rowid;
  NEW.rowmodid := OLD.rowmodid + 1;
  RETURN NEW;
END $$;

CREATE VIEW FileMaker_Tables AS
SELECT relname::varchar AS TableName, oid::bigint AS TableId, relname::varchar AS BaseTableName,
       'Clinic'::varchar AS BaseFileName, 0 AS ModCount
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r';

CREATE VIEW FileMaker_Fields AS
SELECT c.relname::varchar AS TableName, a.attname::varchar AS FieldName,
       CASE a.atttypid WHEN 'container'::regtype THEN 'binary' WHEN 'container[]'::regtype THEN 'binary'
                       WHEN 'date'::regtype THEN 'date' WHEN 'timestamp'::regtype THEN 'timestamp'
                       WHEN 'numeric'::regtype THEN 'decimal' ELSE 'varchar' END::varchar AS FieldType,
       a.attnum::bigint AS FieldId,
       CASE a.attgenerated WHEN '' THEN 'Normal' ELSE 'Calculated' END::varchar AS FieldClass,
       CASE WHEN a.attndims > 0 THEN 4 ELSE 1 END AS FieldReps, 0 AS ModCount
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attname NOT IN ('rowid', 'rowmodid');
)sql";

std::string name_quoted(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

std::string_view sql_type(FieldType type) {
  constexpr std::array<std::string_view, 5> k_types{
      "varchar", "numeric", "date", "timestamp", "container"};
  return k_types[static_cast<std::size_t>(type)];
}

// What FileMaker calculates from a container.
std::string formula(const Attribute& attribute) {
  const std::string bytes =
      "GetAs(" + name_quoted(k_container_fields[attribute.container]) + ", 'DEFAULT')";
  return attribute.is_md5 ? "upper(md5(" + bytes + "))" : "length(" + bytes + ")::numeric";
}

void write_table(TableId table, std::ostream& out) {
  const std::string name = name_quoted(name_of(table));
  out << "CREATE TABLE " << name << " (rowid bigint PRIMARY KEY, rowmodid bigint NOT NULL";
  const auto fields = fields_of(table);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    out << ",\n  " << name_quoted(fields[i].name) << ' ' << sql_type(fields[i].type);
    if (const auto attribute = attribute_of(table, i)) {
      out << " GENERATED ALWAYS AS (" << formula(*attribute) << ") STORED";
    }
  }
  out << ");\nCREATE TRIGGER committed BEFORE UPDATE ON " << name
      << " FOR EACH ROW EXECUTE FUNCTION commit_record();\n";
}

std::string bytes_quoted(const Picture& picture) {
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string out = "'\\x";
  out.reserve(picture.size() * 2 + 4);
  for (std::string_view part; !(part = picture.at((out.size() - 3) / 2)).empty();) {
    for (const char c : part) {
      out += k_digits[static_cast<unsigned char>(c) >> 4U];
      out += k_digits[static_cast<unsigned char>(c) & 0xFU];
    }
  }
  return out + "'";
}

// The code of a picture that was inserted as one; other things are inserted as files.
std::string_view picture_code(Format format, std::uint64_t index) {
  if (index % 2 == 0) return "";
  if (format == Format::jpeg) return "JPEG";
  if (format == Format::png) return "PNGf";
  return format == Format::tiff ? "TIFF" : "";
}

std::string container_value(const Clinic& clinic,
                            std::uint64_t index,
                            std::size_t field,
                            const Container& container) {
  if (container.filling == Filling::empty) return "NULL";
  if (container.filling != Filling::filled) {
    return "only_text(" + sql_quoted(clinic.container_text(index, field)) + ")";
  }
  const std::string name =
      sql_quoted("IMG_" + std::to_string(clinic.record_id(index)) + "_" + std::to_string(field) +
                 std::string(container.shown_extension));
  const std::string bytes = bytes_quoted(clinic.picture(index, field, container));
  const auto code = picture_code(container.format, index);
  if (code.empty()) return "inserted_file(" + name + ", " + bytes + ")";
  return "inserted_picture(" + name + ", " + sql_quoted(code) + ", " + bytes + ")";
}

// To FileMaker an empty text is NULL.
std::string text_value(const std::string& text) {
  return text.empty() ? "NULL" : sql_quoted(text);
}

void write_image(const Clinic& clinic, std::uint64_t index, std::ostream& out) {
  out << "INSERT INTO \"API_Images\" VALUES (" << clinic.record_id(index) << ", "
      << clinic.mod_id(index) << ", " << text_value(clinic.id(index)) << ", "
      << text_value(clinic.patient_id(index)) << ", " << text_value(clinic.image_date(index))
      << ", " << text_value(std::string(clinic.category(index)));
  const Containers containers = clinic.containers(index);
  for (std::size_t field = 0; field < k_containers; ++field) {
    out << ", " << container_value(clinic, index, field, containers[field]);
  }
  out << ", NULL, NULL, 'reception');\n";
}

void write_patient(const Clinic& clinic, std::uint64_t number, std::ostream& out) {
  const Patient patient = clinic.patient(number);
  out << "INSERT INTO \"Patients\" VALUES (" << clinic.record_id(number) << ", 0, "
      << sql_quoted(patient.id) << ", " << sql_quoted(patient.first_name) << ", "
      << sql_quoted(patient.last_name) << ", " << sql_quoted(patient.date_of_birth) << ", "
      << patient.chart_number << ", 'reception');\n";
}

}  // namespace

void write_filemaker_sql(const Clinic& clinic, std::ostream& out) {
  out << "BEGIN;" << k_dialect;
  write_table(TableId::images, out);
  write_table(TableId::patients, out);
  for (std::uint64_t index = 0; index < clinic.records(); ++index) write_image(clinic, index, out);
  for (std::uint64_t number = 0; number < clinic.patients(); ++number) {
    write_patient(clinic, number, out);
  }
  out << "COMMIT;\n";
}

}  // namespace fmsim
