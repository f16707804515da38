// SPDX-License-Identifier: Apache-2.0
#include <fmsim/json_text.hpp>
#include <fmsim/random.hpp>
#include <fmsim/sql_text.hpp>
#include <fmsim/truth.hpp>

#include <algorithm>
#include <ostream>

namespace fmsim {
namespace {

// As Django 4.2 writes them for SQLite.
constexpr std::string_view k_tables = R"sql(
CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq"
  ON "django_content_type" ("app_label", "model");
CREATE TABLE "auth_user" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT,
  "username" varchar(150) NOT NULL UNIQUE, "is_active" bool NOT NULL);
CREATE TABLE "patients" ("id" char(32) NOT NULL PRIMARY KEY,
  "first_name" varchar(100) NOT NULL, "last_name" varchar(100) NOT NULL,
  "date_of_birth" date NULL, "chart_number" varchar(50) NOT NULL,
  "is_active" bool NOT NULL, "created_at" datetime NOT NULL, "updated_at" datetime NOT NULL,
  "filemaker_metadata" text NOT NULL
    CHECK ((JSON_VALID("filemaker_metadata") OR "filemaker_metadata" IS NULL)));
CREATE INDEX "patients_last_name_4b1c7a_idx" ON "patients" ("last_name");
CREATE TABLE "images_batch" ("id" char(32) NOT NULL PRIMARY KEY,
  "object_id" char(32) NOT NULL, "name" varchar(255) NOT NULL, "description" text NOT NULL,
  "uploaded_at" datetime NOT NULL, "image_count" integer NOT NULL,
  "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id")
    DEFERRABLE INITIALLY DEFERRED,
  "uploaded_by_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "images_batch_content_type_id_5d2c09e1" ON "images_batch" ("content_type_id");
CREATE INDEX "images_batch_uploaded_by_id_7be0f3aa" ON "images_batch" ("uploaded_by_id");
CREATE INDEX "images_batch_object_3f8a11_idx" ON "images_batch" ("content_type_id", "object_id");
CREATE TABLE "images_image" ("id" char(32) NOT NULL PRIMARY KEY,
  "s3_key" varchar(500) NOT NULL, "s3_thumbnail_key" varchar(500) NOT NULL,
  "original_name" varchar(255) NOT NULL, "file_size" integer NOT NULL,
  "thumbnail_size" integer NULL, "mime_type" varchar(100) NOT NULL,
  "width" integer NULL, "height" integer NULL, "category" varchar(100) NOT NULL,
  "caption" text NOT NULL, "date_taken" date NULL, "uploaded_at" datetime NOT NULL,
  "filemaker_id" char(32) NULL UNIQUE, "order" integer NOT NULL,
  "batch_id" char(32) NOT NULL REFERENCES "images_batch" ("id") DEFERRABLE INITIALLY DEFERRED,
  "uploaded_by_id" integer NULL REFERENCES "auth_user" ("id") DEFERRABLE INITIALLY DEFERRED);
CREATE INDEX "images_image_batch_id_c1e57d40" ON "images_image" ("batch_id");
CREATE INDEX "images_image_uploaded_by_id_90a6b2f8" ON "images_image" ("uploaded_by_id");
)sql";

// The framework stores a UUID as 32 lower-case digits.
std::string stored_uuid(const std::string& uuid) {
  std::string out;
  for (const char c : uuid) {
    if (c != '-') out += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

void write_content_types(const Clinic& clinic, std::ostream& out) {
  // The patient's row has another number in every clinic: a reader must look it up.
  const std::uint64_t drawn = draw(clinic.seed(), Topic::application_uuid, ~std::uint64_t{0});
  const std::uint64_t first = 3 + drawn % 40;
  const std::uint64_t patient = first + 1 + mix(drawn) % 9;
  out << "INSERT INTO \"django_content_type\" VALUES (1,'contenttypes','contenttype'),"
      << "(2,'auth','user'),(" << first << ",'images','batch'),(" << patient
      << ",'patients','patient'),(" << patient + 2 << ",'images','image');\n";
}

void write_patient(const Clinic& clinic, std::uint64_t number, std::ostream& out) {
  const Patient patient = clinic.patient(number);
  std::string metadata = "{";
  append_member(metadata, "filemaker_id", patient.id);
  append_member(metadata, "filemaker_record_id", std::to_string(clinic.record_id(number)));
  out << '('
      << sql_quoted(stored_uuid(uuid_text(draw(clinic.seed(), Topic::application_uuid, number))))
      << ',' << sql_quoted(patient.first_name) << ',' << sql_quoted(patient.last_name) << ','
      << sql_quoted(patient.date_of_birth) << ','
      << sql_quoted(std::to_string(patient.chart_number))
      << ",1,'2024-01-08 09:00:00','2024-01-08 09:00:00'," << sql_quoted(metadata + "}") << ')';
}

}  // namespace

void write_catalogue_sql(const Clinic& clinic, std::ostream& out) {
  constexpr std::uint64_t k_rows_a_statement = 200;
  out << "BEGIN;" << k_tables;
  write_content_types(clinic, out);
  for (std::uint64_t first = 0; first < clinic.patients(); first += k_rows_a_statement) {
    out << "INSERT INTO \"patients\" VALUES\n";
    const std::uint64_t end = std::min(first + k_rows_a_statement, clinic.patients());
    for (std::uint64_t number = first; number < end; ++number) {
      if (number > first) out << ",\n";
      write_patient(clinic, number, out);
    }
    out << ";\n";
  }
  out << "COMMIT;\n";
}

}  // namespace fmsim
